//! `heapwise verify --policy`: a block allocator against the exact chain of its layouts.

use std::io::Write;

use clap::Args;

use super::failure::Failure;
use crate::evidence::verification::Plan;
use crate::evidence::verification::layouts::{self, World};
use crate::report::layouts::{certificates, disagreements};

/// What `verify` takes for this.
#[derive(Args)]
pub struct Layouts {
    /// Instead of cases: solve for all layouts of small memories under this block allocator, and simulate them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["file", "family", "out", "chart"])]
    pub policy: Option<String>,
    /// Units of a memory (1 to 10) to take instead of the three of which exact values are published
    #[arg(long, value_name = "N", requires_all = ["policy", "classes"])]
    units: Option<u32>,
    /// Classes of requests for that memory: units, and requests a second, which stay for a second on average
    #[arg(long, value_name = "UNITS@RATE,…", value_delimiter = ',', requires_all = ["policy", "units"])]
    classes: Vec<String>,
}

impl Layouts {
    /// Prints exact and simulated values side by side.
    pub fn certify(
        &self,
        policy: &str,
        (plan, pool): (Plan, rayon::ThreadPool),
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let listing = |faults: Vec<String>| Failure::User(faults.join("\n"));
        let worlds = self.worlds();
        let mut faults: Vec<String> = worlds.as_ref().err().cloned().unwrap_or_default();
        faults.extend(layouts::policy(policy).err().map(|fault| format!("--policy: error: {fault}")));
        let worlds = worlds.ok().filter(|_| faults.is_empty()).ok_or_else(|| listing(faults))?;
        let told = |faults: Vec<String>| {
            listing(faults.into_iter().map(|fault| format!("--policy {policy}: error: {fault}")).collect())
        };
        let found = pool.install(|| layouts::certify(policy, &worlds, plan)).map_err(told)?;
        out.write_all(certificates(policy, &found).as_bytes())?;
        match disagreements(&found) {
            0 => Ok(()),
            some => Err(Failure::Ours(format!("{some} quantities do not agree with the chain of layouts").into())),
        }
    }

    fn worlds(&self) -> Result<Vec<World>, Vec<String>> {
        let Some(units) = self.units else { return Ok(World::published()) };
        let class = |text: &String| {
            let parts = text.split_once('@').and_then(|(size, rate)| Some((size.parse().ok()?, rate.parse().ok()?)));
            parts.ok_or_else(|| format!("--classes: error: `{text}`, expected units@rate, such as 2@0.8"))
        };
        let (classes, faults): (Vec<_>, Vec<_>) = self.classes.iter().map(class).partition(Result::is_ok);
        let faults: Vec<String> = faults.into_iter().filter_map(Result::err).collect();
        let world = World { units, classes: classes.into_iter().flatten().collect() };
        match (faults.is_empty(), world.fault()) {
            (true, None) => Ok(vec![world]),
            (true, Some(fault)) => Err(vec![format!("--units, --classes: error: {fault}")]),
            _ => Err(faults),
        }
    }
}
