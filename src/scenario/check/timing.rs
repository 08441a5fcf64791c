//! Times that must fit into each other.

use super::Report;
use crate::base::SimSpan;
use crate::scenario::sections::{MOST_REPLICATIONS, WarmUp};
use crate::scenario::spec::Scenario;

/// Duration, warm-up, sampling and starts.
pub fn check(scenario: &Scenario, report: &mut Report) {
    let duration = scenario.run.duration;
    if duration == SimSpan::ZERO {
        report.fault(&["run", "duration"], "a run takes time: expected more than 0 s");
        return;
    }
    if let WarmUp::Fixed(warm_up) = *scenario.run.warm_up
        && warm_up >= duration
    {
        let message = format!("leaves nothing to measure: expected less than run.duration, which is {duration}");
        report.fault(&["run", "warm_up"], message);
    }
    replications(scenario, report);
    interval(&["run", "sample_every"], scenario.run.sample_every, duration, report);
    interval(&["monitor", "interval"], scenario.monitor.interval, duration, report);
    if let Some(window) = scenario.monitor.leak_window {
        leak_window(window, scenario.monitor.leak_windows, duration, report);
    }
    for workload in scenario.workloads.iter() {
        let start = workload.keys.start;
        if start >= duration {
            report.warn(format!(
                "workloads.{}.start is {start}, but the run ends at {duration}: it never arrives",
                workload.name
            ));
        }
    }
}

fn replications(scenario: &Scenario, report: &mut Report) {
    let (least, most) = (scenario.run.replications, scenario.run.max_replications);
    match (scenario.run.precision, most) {
        (None, Some(_)) => report.warn("run.max_replications counts for nothing without run.precision"),
        (Some(_), Some(most)) if most < least => {
            let message = format!("expected at least run.replications, which is {least}");
            report.fault(&["run", "max_replications"], message);
        }
        (Some(_), None) if least > MOST_REPLICATIONS => {
            let message = format!("is above run.max_replications, which is {MOST_REPLICATIONS} where it is not given");
            report.fault(&["run", "replications"], message);
        }
        _ => {}
    }
}

/// A call takes so many `windows`.
fn leak_window(window: SimSpan, windows: u32, duration: SimSpan, report: &mut Report) {
    if window == SimSpan::ZERO {
        report.fault(&["monitor", "leak_window"], "a window of 0 s sees nothing: expected more than 0 s");
    } else if window.as_secs() * f64::from(windows) > duration.as_secs() {
        report.warn(format!(
            "monitor.leak_window is {window} and monitor.leak_windows is {windows}: in a run of {duration} no leak is ever called"
        ));
    }
}

fn interval(path: &[&str], interval: SimSpan, duration: SimSpan, report: &mut Report) {
    if interval == SimSpan::ZERO {
        report.fault(path, "an interval of 0 s never ends: expected more than 0 s");
    } else if interval > duration {
        report.warn(format!("{} is {interval}, longer than the run of {duration}: no sample is taken", path.join(".")));
    }
}
