//! Flink's configuration files: what they say, and everything that is wrong with them at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use heapwise::flink::config::{ConfigFault, FlinkConfig, Form, MAX_BYTES, parse, read};
use heapwise::flink::layout::FlinkVersion;
use proptest::prelude::*;

/// "key = value (line)" for every option.
fn options(config: &FlinkConfig) -> Vec<String> {
    let line = |origin: &dyn ToString| origin.to_string().rsplit(':').next().unwrap_or_default().to_string();
    config.options.iter().map(|(key, value, origin)| format!("{key} = {value} ({})", line(origin))).collect()
}

fn answer(text: &str, file: &str) -> Vec<String> {
    match parse(text, file) {
        Ok(config) => options(&config),
        Err(faults) => faults.iter().map(ConfigFault::to_string).collect(),
    }
}

fn sample(name: &str) -> FlinkConfig {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/flink").join(name);
    read(&path).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// The value of each fault-free text, or a word of each fault, with its line.
fn assert_faults(text: &str, file: &str, expected: &[(&str, &str)]) {
    let found = answer(text, file);
    assert_eq!(found.len(), expected.len(), "{text:?}: {found:#?}");
    for (fault, (line, word)) in found.iter().zip(expected) {
        let place = if line.is_empty() { format!("{file}: error: ") } else { format!("{file}:{line}: error: ") };
        assert!(fault.starts_with(&place) && fault.contains(word), "{text:?}: {fault} instead of {line}: {word}");
    }
}

#[test]
fn a_config_of_flink_2_is_read_with_nested_and_dotted_keys() {
    let config = sample("config.yaml");
    assert_eq!((config.form, config.version), (Form::Yaml, None));
    let found = options(&config);
    for line in [
        "jobmanager.memory.process.size = 1600m (14)",
        "taskmanager.numberOfTaskSlots = 4 (21)",
        "taskmanager.memory.process.size = 8g (24)",
        "taskmanager.memory.managed.fraction = 0.5 (26)",
        "taskmanager.memory.segment-size = 32768 (30)",
        "parallelism.default = 8 (36)",
        "taskmanager.memory.managed.consumer-weights = OPERATOR:70,STATE_BACKEND:70,PYTHON:0 (39)",
        "state.backend.incremental = true (42)",
        "execution.checkpointing.timeout = 10 min (43)",
        "pipeline.cached-files = [name:a,path:/tmp/a, name:b,path:/tmp/b] (45)",
    ] {
        assert!(found.iter().any(|option| option == line), "{line} is not in {found:#?}");
    }
    assert_eq!(found.len(), 21, "{found:#?}");
}

#[test]
fn a_flink_conf_of_flink_1_is_read_line_by_line() {
    let config = sample("flink-conf.yaml");
    assert_eq!((config.form, config.version), (Form::Conf, Some(FlinkVersion::V1)));
    let found = options(&config);
    assert_eq!(found.len(), 12);
    assert_eq!(found[5], "taskmanager.memory.process.size = 4096m (11)");
    assert_eq!(found[11], "rest.address = localhost (19)");
}

#[test]
fn a_deployment_is_read_as_the_operator_does() {
    let config = sample("deployment.yaml");
    assert_eq!((config.form, config.version), (Form::Deployment, Some(FlinkVersion::V1)));
    let expected = [
        "taskmanager.numberOfTaskSlots = 2 (18)",
        "taskmanager.memory.managed.fraction = 0.6 (19)",
        "taskmanager.memory.process.size = 6442450944b (30, spec.taskManager.resource.memory)",
        "state.backend.type = rocksdb (21)",
        "kubernetes.taskmanager.cpu.amount = 1.5 (31, spec.taskManager.resource.cpu)",
        "jobmanager.memory.process.size = 2147483648b (25, spec.jobManager.resource.memory)",
        "kubernetes.jobmanager.cpu.amount = 1 (26, spec.jobManager.resource.cpu)",
        "parallelism.default = 6 (34, spec.job.parallelism)",
    ];
    assert_eq!(options(&config), expected);
}

#[test]
fn spellings_of_the_same_options_read_the_same() {
    let size = |line| vec![format!("taskmanager.memory.process.size = 4g ({line})")];
    for (text, line) in [
        ("taskmanager: {memory: {process: {size: 4g}}}", 1),
        ("taskmanager.memory.process.size: 4g\n", 1),
        ("taskmanager.memory: {process.size: \"4g\"}\n", 1),
        ("taskmanager:\n  memory:\n    process.size: 4g # much\n", 3),
        ("\u{feff}---\r\ntaskmanager.memory:\r\n  process:\r\n    size: '4g'\r\n", 4),
        ("taskmanager.memory.process.size: !!str 4g\njobmanager.memory:\nother: ~\n", 1),
        ("taskmanager.memory.process.size: >-\n  4g\n", 1),
    ] {
        assert_eq!(answer(text, "dir/config.yaml"), size(line), "{text:?}");
    }
    assert_eq!(answer("a: &size 0x10\nb: *size\nc: '0x10'\n", "c"), ["a = 16 (1)", "b = 16 (2)", "c = 0x10 (3)"]);
    assert_eq!(answer("a: [x, 1e3, {b: ~}]\n", "c"), ["a = [x, 1000.0, {b: null}] (1)"]);
    assert!(answer("{}", "c").is_empty());
}

#[test]
fn a_name_or_a_kind_tells_the_form() {
    let form = |text: &str, file: &str| parse(text, file).map(|config| config.form);
    let deployment = "kind: FlinkDeployment\nspec: {}\n";
    for (text, file, expected) in [
        ("a: 1\n", "flink-config.yaml", Form::Yaml),
        ("a: 1\n", "conf/flink-conf.yaml", Form::Conf),
        ("a: 1\n", "flink-conf-small.yaml", Form::Conf),
        (deployment, "flink-conf.yaml", Form::Deployment),
        (deployment, "config.yaml", Form::Deployment),
    ] {
        assert_eq!(form(text, file), Ok(expected), "{file}");
    }
}

#[test]
fn texts_that_are_not_yaml_name_the_line_in_plain_words() {
    for (text, line, word) in [
        ("a: 1\nb: c: d\n", "2", "a second \": \" on the line"),
        ("a: 1\nb\n\nc: 2\n", "2", "without \": \""),
        ("a: b\nc", "2", "without \": \""),
        ("a:\n  b: 1\n c: 2\n", "3", "nor indented like the lines above"),
        ("a: \"x\nb: 1\n", "1", "a quote is opened"),
        ("a: [1, 2\nb: 1\n", "2", "never closed"),
        ("a: *x\n", "1", "not defined above"),
        ("a: @x\n", "1", "quote it"),
        ("a: \"x\" y\n", "1", "behind a closing quote"),
        ("a:1\n", "1", "with a blank behind the colon"),
        ("- a\n", "1", "the top level is a list"),
        ("a: &x {b: 1}\nc: *x\n", "2", "an alias"),
        ("? [a]\n: b\n", "1", "the key is a list"),
        (": b\n", "1", "without a key"),
        ("a: {{ x }}\n", "1", "template"),
        ("a: 1\n---\n", "2", "a second document"),
        ("a: 1\nb: x\0\n", "2", "NUL"),
        ("\ta: 1\n", "1", "a tab"),
    ] {
        assert_faults(text, "c.yaml", &[(line, word)]);
    }
    assert_faults("a:\n\tb: 1\n\tc: 2\n", "c.yaml", &[("2", "a tab"), ("3", "a tab")]);
    for text in ["", "# nothing\n", "---\n", "\r\n"] {
        assert_faults(text, "c.yaml", &[("", "no option in it")]);
        assert_faults(text, "flink-conf.yaml", &[("", "no option in it")]);
    }
}

#[test]
fn all_faults_of_a_file_are_told_at_once() {
    let text = "taskmanager:\n  memory:\n    process:\n      size: 4g\n    managed.size:\ntaskmanager.memory.process.size: 5g\n\
                : nameless\njobmanager: {a: 1}\njobmanager: {b: 2}\nx: 1\nx: 2\nbroken\n";
    let expected = [
        ("5", "`taskmanager.memory.managed.size` has no value"),
        ("6", "`taskmanager.memory.process.size` is set twice, first at line 4"),
        ("7", "without a key"),
        ("9", "`jobmanager` is set twice, first at line 8"),
        ("11", "`x` is set twice, first at line 10"),
        ("12", "not YAML"),
    ];
    assert_faults(text, "config.yaml", &expected);
}

#[test]
fn a_flink_conf_tells_what_flink_would_skip() {
    let text = "a: 1\nb:2\nwhat # a comment\ntaskmanager:\n  memory:\n    process:\n      size: 4g\na: 3\n  c: 4\n: 5\nq: \"4g\"\n";
    let expected = [
        ("2", "a blank behind the \":\""),
        ("3", "\"what\" is not an option"),
        ("4", "nested keys are read only from config.yaml"),
        ("8", "`a` is set twice, first at line 1"),
        ("9", "\"c: 4\" is indented"),
        ("10", "not an option"),
    ];
    assert_faults(text, "flink-conf.yaml", &expected);
    let text = "---\r\nopts: -Da=b: c # d\r\nq: \"4g\"\r\n";
    assert_eq!(answer(text, "flink-conf.yaml"), ["opts = -Da=b: c (2)", "q = \"4g\" (3)"]);
}

#[test]
fn manifests_without_a_single_deployment_are_refused() {
    let deployment = "kind: FlinkDeployment\nspec:\n  flinkConfiguration: {a: '1'}\n";
    assert_faults("kind: Service\n---\nkind: ConfigMap\n", "m.yaml", &[("", "only ConfigMap, Service")]);
    assert_faults(&format!("{deployment}---\n{deployment}"), "m.yaml", &[("5", "after that of line 1")]);
    assert_faults("kind: FlinkDeployment\n", "m.yaml", &[("1", "no `spec`")]);
    assert_faults("kind: List\nitems: []\n", "m.yaml", &[("", "no FlinkDeployment")]);
    assert_faults("kind: Service\n---\n- a\n---\nb: 1\n", "m.yaml", &[("3", "a list"), ("5", "without a kind")]);
    let list =
        "kind: List\nitems:\n- kind: Service\n- kind: FlinkDeployment\n  spec: {flinkConfiguration: {a: {b: 1}}}\n";
    assert_eq!(answer(list, "m.yaml"), ["a.b = 1 (5)"]);
}

#[test]
fn faults_of_a_deployment_are_told_at_once() {
    let text = "kind: FlinkDeployment\nspec:\n  flinkVersion: v3_0\n  flinkConfiguration:\n    a: '1'\n    a: '2'\n  taskManager:\n    resource:\n      \
                memory: 2GiB\n      cpu: none\n  jobManager: {resource: {memory: [1]}}\n  jobManager: {}\n  job: {parallelism: 0}\n";
    let expected = [
        ("3", "`flinkVersion` = \"v3_0\" cannot be read"),
        ("6", "`a` is set twice, first at line 5"),
        ("9", "`memory` = \"2GiB\" cannot be read: expected a size"),
        ("10", "`cpu` = \"none\""),
        ("11", "`memory` is a list"),
        ("12", "`jobManager` is set twice, first at line 11"),
        ("13", "`parallelism` = \"0\""),
    ];
    assert_faults(text, "m.yaml", &expected);
}

#[test]
fn input_of_bad_intent_is_refused_quickly() {
    let mut aliases = format!("a: &a {}\n", "x".repeat(1000));
    (0..2000).for_each(|n| aliases += &format!("b{n}: *a\n"));
    let dotted: String = (0..20_000).map(|n| format!("k{n}: 1\n")).collect();
    for (text, word) in [
        ("[".repeat(100_000), "levels"),
        ("a: ".to_string() + &"{b: ".repeat(5_000), "levels"),
        ((0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect(), "levels"),
        ("- ".repeat(100_000), "levels"),
        (aliases, "aliases repeat"),
        (dotted.clone(), "more than 10,000 options"),
        (format!("{}: {{{}: 1}}\n", "k.".repeat(300), "k.".repeat(300)), "longer than 1024 bytes"),
        ("x".repeat(MAX_BYTES + 1), "larger than 8 MiB"),
        ("a: 1\n".repeat(100_000), "more faults are not listed"),
    ] {
        let said = answer(&text, "c.yaml").join("\n");
        assert!(said.contains(word), "{word}: {}", said.chars().take(500).collect::<String>());
    }
    assert!(answer(&dotted, "flink-conf.yaml").join("\n").contains("more than 10,000 options"));
}

#[test]
fn files_that_are_no_configuration_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("config.yaml");
    let said = |path: &Path| read(path).expect_err("a fault")[0].to_string();
    assert!(said(&path).contains("config.yaml: error: cannot be read"), "{}", said(&path));
    assert!(said(folder.path()).contains("is a directory"));
    std::fs::write(&path, b"a: 1\nb: \xfc\n").expect("a file");
    assert!(said(&path).contains("config.yaml:2: error: not UTF-8"));
}

/// A tree of keys: a leaf has a number, a group has keys.
#[derive(Clone, Debug)]
enum Keys {
    Leaf(u16),
    Group(BTreeMap<String, Keys>),
}

fn keys() -> impl Strategy<Value = BTreeMap<String, Keys>> {
    let group = |inner| prop::collection::btree_map("[a-d]", inner, 1..4);
    let tree =
        any::<u16>().prop_map(Keys::Leaf).prop_recursive(4, 24, 3, move |inner| group(inner).prop_map(Keys::Group));
    group(tree.boxed())
}

/// Nested lines, and dotted ones, of the same keys.
fn render(keys: &BTreeMap<String, Keys>, prefix: &str, out: &mut (String, String)) {
    let indent = "  ".repeat(prefix.matches('.').count());
    for (key, value) in keys {
        match value {
            Keys::Leaf(number) => {
                out.0 += &format!("{indent}{key}: {number}\n");
                out.1 += &format!("{prefix}{key}: {number}\n");
            }
            Keys::Group(below) => {
                out.0 += &format!("{indent}{key}:\n");
                render(below, &format!("{prefix}{key}."), out);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,80}", syntax in "([a-c:#&*!|>'\"%@`?,{}\\[\\]\\-\\.\\\\0-9~\t\r\n ]|: |- |\n  |---\n|kind: |FlinkDeployment){0,60}") {
        for text in [text, syntax] {
            for file in ["config.yaml", "flink-conf.yaml"] {
                if let Err(faults) = parse(&text, file) {
                    let lines = text.replace("\r\n", "\n").split(['\r', '\n']).count() as u32;
                    prop_assert!(!faults.is_empty());
                    prop_assert!(faults.iter().all(|fault| fault.line.is_none_or(|line| (1..=lines).contains(&line))), "{:?} {:?}", text, faults);
                }
            }
        }
    }

    #[test]
    fn samples_with_slips_are_answered(edits in prop::collection::vec((0..900usize, "[a:#&*|'\"?,{}\\[\\]\t\n -]{0,3}", 0..20usize), 1..4)) {
        for name in ["config.yaml", "flink-conf.yaml", "deployment.yaml"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/flink").join(name);
            let mut text: Vec<char> = std::fs::read_to_string(path).expect("a sample").chars().collect();
            for (at, insert, cut) in &edits {
                let at = at % text.len();
                text.splice(at..(at + cut).min(text.len()), insert.chars());
            }
            let text: String = text.iter().collect();
            prop_assert!(parse(&text, name).err().is_none_or(|faults| !faults.is_empty()), "{}", text);
        }
    }

    #[test]
    fn nested_and_dotted_keys_read_the_same(keys in keys()) {
        let mut texts = (String::new(), String::new());
        render(&keys, "", &mut texts);
        let read = |text: &str, file| -> Vec<(String, String)> {
            let config = parse(text, file).expect("a configuration");
            config.options.iter().map(|(key, value, _)| (key.to_string(), value.to_string())).collect()
        };
        let nested = read(&texts.0, "config.yaml");
        prop_assert_eq!(&nested, &read(&texts.1, "config.yaml"));
        prop_assert_eq!(nested, read(&texts.1, "flink-conf.yaml"));
    }
}
