//! What `heapwise verify --policy` tells: each memory with its chain, exact and simulated side by side.

use super::text::{aligned, short};
use crate::evidence::verification::layouts::{Certificate, Compared, World};
use crate::evidence::verification::{Answer, Verdict};

const HEAD: [&str; 6] = ["quantity", "exact", "simulated", "standard error", "deviation (SE)", "verdict"];

/// A table for each memory, and the verdict on the allocator in the last line.
pub fn certificates(policy: &str, certificates: &[Certificate]) -> String {
    let mut text = String::new();
    for certificate in certificates {
        text += &format!("{}\n", title(certificate));
        let mut rows = vec![HEAD.map(String::from).to_vec()];
        rows.extend(certificate.rows.iter().map(cells));
        text += &format!("{}\n", aligned(&rows, 1, true));
    }
    let rows = certificates.iter().map(|certificate| certificate.rows.len()).sum::<usize>();
    text + &format!("{policy}: {rows} quantities, {} of them do not agree\n", disagreements(certificates))
}

/// Quantities whose simulated value does not agree with the exact one.
pub fn disagreements(certificates: &[Certificate]) -> usize {
    certificates.iter().flat_map(|certificate| &certificate.rows).filter(|row| row.simulated.failed()).count()
}

fn title(certificate: &Certificate) -> String {
    let Certificate { world: World { units, classes }, states, layouts, .. } = certificate;
    let class = |(number, (size, rate)): (usize, &(u32, f64))| {
        format!("class {} of {size} at {} a second", number + 1, short(*rate))
    };
    let classes: Vec<String> = classes.iter().enumerate().map(class).collect();
    let memory = if states == layouts { String::new() } else { format!(" in {} states", short(*states as f64)) };
    format!("{units} units: {}; {} layouts{memory}", classes.join(", "), short(*layouts as f64))
}

fn cells(row: &Compared) -> Vec<String> {
    let Compared { exact, simulated } = row;
    let number = |answer: Option<&Answer>| answer.and_then(Answer::number).map_or(String::new(), |n| format!("{n:.6}"));
    let verdict = match &simulated.verdict {
        Verdict::Holds if simulated.rerun => "holds on rerun".into(),
        Verdict::Holds => "holds".into(),
        Verdict::Fails => "fails".into(),
        Verdict::NotRun(reason) => reason.clone(),
    };
    vec![
        spelt(&exact.quantity),
        number(Some(&exact.expected)),
        number(simulated.found.as_ref()),
        if simulated.error > 0.0 { format!("{:.6}", simulated.error) } else { String::new() },
        simulated.deviation(exact).map_or(String::new(), |off| format!("{off:+.2}")),
        verdict,
    ]
}

/// A quantity in words.
fn spelt(quantity: &str) -> String {
    match (quantity, quantity.split_once('_')) {
        ("used", _) => "units in use".into(),
        ("largest", _) => "largest hole".into(),
        ("extfrag", _) => "external fragmentation (E1)".into(),
        ("unusable_2", _) => "unusable for class 2 (E2)".into(),
        (_, Some(("block", class))) => format!("class {class}: lost"),
        (_, Some(("fragfail", class))) => format!("class {class}: lost, enough being free"),
        (other, _) => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::verification::Plan;
    use crate::evidence::verification::layouts::certify;

    #[test]
    fn each_quantity_has_a_line_and_the_last_one_counts() {
        let world = World { units: 2, classes: vec![(1, 1.0), (2, 0.5)] };
        let found = certify("first-fit", &[world], Plan { precision: 0.1, seed: 1, quiet: true }).unwrap();
        let text = certificates("first-fit", &found);
        // Empty, one unit at either end, two units, and one block of two.
        assert!(
            text.starts_with("2 units: class 1 of 1 at 1 a second, class 2 of 2 at 0.5 a second; 5 layouts\n"),
            "{text}"
        );
        assert!(text.contains("  class 2: lost, enough being free") && text.contains("  external fragmentation (E1)"));
        assert!(text.ends_with("first-fit: 9 quantities, 0 of them do not agree\n"), "{text}");
    }
}
