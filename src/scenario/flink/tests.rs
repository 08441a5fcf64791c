//! Texts and what they mean, or why they mean nothing.

use super::*;

fn said(text: &str, file: &str) -> String {
    match parse(text, file) {
        Ok(config) => config.options.iter().map(|(k, v, o)| format!("{k} = {v} ({o})\n")).collect(),
        Err(faults) => faults.iter().map(|fault| format!("{fault}\n")).collect(),
    }
}

#[test]
fn nested_and_dotted_keys_mean_the_same() {
    for text in [
        "taskmanager: {memory: {process: {size: 4g}}}\n",
        "taskmanager.memory.process.size: 4g\n",
        "taskmanager.memory: {process.size: '4g'}\n",
    ] {
        assert_eq!(said(text, "c.yaml"), "taskmanager.memory.process.size = 4g (c.yaml:1)\n");
    }
}
