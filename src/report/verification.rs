//! What `heapwise verify` tells: a line for each family, the rows that do not hold, and every row as CSV.

use super::text::{aligned, number};
use crate::evidence::verification::{Answer, Asked, BATCHES, MOST_ERRORS, Outcome, RUNS, Verdict, Verification};

/// Columns that are added to those of the input.
const ADDED: [&str; 4] = ["estimate", "standard_error", "replications", "verdict"];

/// The rows of the chosen families: the input's columns as they are, then the estimate, its standard error (0 where there
/// is no spread), the batches that it rests on, and the verdict: `holds`, `holds on rerun`, `fails`, or why there is none.
pub fn csv(verification: &Verification) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail, and all rows are as wide as the header.
    let header = verification.table.header.iter().map(String::as_str);
    let _ = writer.write_record(header.chain(ADDED));
    for (cells, outcome) in verification.table.rows.iter().zip(&verification.outcomes) {
        let Some(outcome) = outcome else { continue };
        let added = [found(outcome), number(outcome.error), outcome.replications.to_string(), verdict(outcome)];
        let _ = writer.write_record(cells.iter().cloned().chain(added));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn found(outcome: &Outcome) -> String {
    match &outcome.found {
        None => String::new(),
        Some(Answer::Text(text)) => text.clone(),
        Some(Answer::Number(value)) => format!("{value:?}"),
    }
}

fn verdict(outcome: &Outcome) -> String {
    match &outcome.verdict {
        Verdict::Holds if outcome.rerun => "holds on rerun".into(),
        Verdict::Holds => "holds".into(),
        Verdict::Fails => "fails".into(),
        Verdict::NotRun(reason) => format!("not run: {reason}"),
    }
}

/// A family, counted.
#[derive(Default)]
struct Line<'a> {
    name: &'a str,
    cases: usize,
    rows: usize,
    /// Of largest size, with its sign.
    deviation: Option<f64>,
    relative: Option<f64>,
    reruns: usize,
    failed: usize,
    reason: Option<&'a str>,
}

/// The table of families, then the rows that fail, and the total in the last line.
pub fn summary(verification: &Verification) -> String {
    let lines = lines(verification);
    let head = ["family", "cases", "rows", "worst (SE)", "worst (relative)", "reruns", "verdict"];
    let mut cells = vec![head.map(String::from).to_vec()];
    cells.extend(lines.iter().map(Line::cells));
    let mut text = aligned(&cells, 1, true);
    let failed: Vec<String> = asked(verification).filter_map(|(asked, outcome)| complaint(asked, outcome)).collect();
    if !failed.is_empty() {
        text += &format!("\nRows that do not hold\n{}\n", failed.join("\n"));
    }
    let sum = |of: fn(&Line) -> usize| lines.iter().map(of).sum::<usize>();
    let stochastic = asked(verification).filter(|(_, outcome)| outcome.error > 0.0).count();
    text + &format!(
        "\n{}: {} families, {} cases, {} rows; {stochastic} simulated to half-widths of {} % over {} batches each, \
         {} of them rerun beyond {MOST_ERRORS} standard errors; {} failed\n",
        verification.table.file,
        lines.len(),
        sum(|line| line.cases),
        sum(|line| line.rows),
        number(100.0 * verification.plan.precision),
        RUNS * BATCHES as u64,
        sum(|line| line.reruns),
        sum(|line| line.failed),
    )
}

/// Rows that count as failed.
pub fn failures(verification: &Verification) -> usize {
    verification.outcomes.iter().flatten().filter(|outcome| outcome.failed()).count()
}

fn asked(verification: &Verification) -> impl Iterator<Item = (&Asked, &Outcome)> {
    let asked = verification.table.cases.iter().flat_map(|case| &case.asked);
    asked.filter_map(|asked| Some((asked, verification.outcomes.get(asked.row)?.as_ref()?)))
}

fn lines(verification: &Verification) -> Vec<Line<'_>> {
    let mut lines: Vec<Line> = Vec::new();
    for case in &verification.table.cases {
        let place = lines.iter().position(|line| line.name == case.model).unwrap_or_else(|| {
            lines.push(Line { name: &case.model, ..Line::default() });
            lines.len() - 1
        });
        let line = &mut lines[place];
        line.cases += 1;
        let outcomes =
            case.asked.iter().filter_map(|asked| Some((asked, verification.outcomes.get(asked.row)?.as_ref()?)));
        outcomes.for_each(|(asked, outcome)| line.count(asked, outcome));
    }
    lines
}

impl<'a> Line<'a> {
    fn count(&mut self, asked: &Asked, outcome: &'a Outcome) {
        self.rows += 1;
        self.reruns += usize::from(outcome.rerun);
        self.failed += usize::from(outcome.failed());
        if let Some(deviation) = outcome.deviation(asked) {
            let worst = self.deviation.filter(|worst| worst.abs() >= deviation.abs());
            self.deviation = Some(worst.unwrap_or(deviation));
        }
        if let Some(relative) = outcome.relative(asked) {
            self.relative = Some(self.relative.unwrap_or(0.0).max(relative));
        }
        if let Verdict::NotRun(reason) = &outcome.verdict {
            self.reason.get_or_insert(reason);
        }
    }

    fn cells(&self) -> Vec<String> {
        let verdict = match (self.failed, self.reason) {
            (0, _) => "holds".into(),
            (failed, Some(reason)) => format!("{failed} fail: {reason}"),
            (failed, None) => format!("{failed} fail"),
        };
        vec![
            self.name.into(),
            self.cases.to_string(),
            self.rows.to_string(),
            self.deviation.map_or(String::new(), |deviation| format!("{deviation:+.2}")),
            self.relative.map_or(String::new(), relative),
            if self.reruns == 0 { String::new() } else { self.reruns.to_string() },
            verdict,
        ]
    }
}

fn relative(error: f64) -> String {
    if error == 0.0 { "0".into() } else { format!("{error:.0e}") }
}

/// What is wrong with a row that fails.
fn complaint(asked: &Asked, outcome: &Outcome) -> Option<String> {
    if !outcome.failed() {
        return None;
    }
    let expected = match &asked.expected {
        Answer::Number(value) => number(*value),
        Answer::Text(text) => text.clone(),
    };
    let off = outcome.deviation(asked).map_or(String::new(), |off| format!(", {off:+.2} standard errors"));
    Some(match &outcome.verdict {
        Verdict::NotRun(reason) => format!("  {}: {reason}", asked.id),
        _ => format!("  {}: {} for {expected}{off}", asked.id, found(outcome)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::verification::{Plan, Table, verify};

    const ROWS: &str = "id,model,parameters,quantity,expected,tolerance_note,remark\n\
        a-L,mm1,lambda=0.5;mu=1,L,1,stochastic,\"x, y\"\n\
        a-X,mm1,lambda=0.5;mu=1,X,1,stochastic,\n\
        a-W,mm1,lambda=0.5;mu=1,W,7,stochastic,\n\
        b-P,mg_inf,lambda=20;mean_hold=2;hold=any,P_zero,4.248354255e-18,numeric module,\n";

    fn verification() -> Verification {
        let table = Table::read("t.csv", ROWS.as_bytes(), &[]).unwrap();
        verify(table, Plan { precision: 0.1, seed: 1, quiet: true }).unwrap()
    }

    #[test]
    fn every_row_comes_back_with_its_verdict() {
        let verification = verification();
        let text = csv(&verification);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].ends_with("remark,estimate,standard_error,replications,verdict"));
        assert!(
            lines[1].starts_with("a-L,mm1,lambda=0.5;mu=1,L,1,stochastic,\"x, y\",") && lines[1].ends_with(",64,holds")
        );
        assert!(lines[2].ends_with(",,0,0,not run: nothing measures `X`"), "{}", lines[2]);
        assert!(lines[3].ends_with(",64,fails"), "{}", lines[3]);
        assert!(lines[4].ends_with(",0,1,holds"), "{}", lines[4]);
        assert_eq!(failures(&verification), 2);
    }

    #[test]
    fn the_summary_counts_families_and_names_the_rows_that_fail() {
        let text = summary(&verification());
        assert!(text.contains("2 fail: nothing measures `X`"), "{text}");
        assert!(text.contains("  a-X: nothing measures `X`\n") && text.contains(" for 7, -"), "{text}");
        assert!(text.contains("t.csv: 2 families, 2 cases, 4 rows; 2 simulated to half-widths of 10 %"), "{text}");
    }
}
