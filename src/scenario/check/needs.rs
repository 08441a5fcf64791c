//! What plug-ins need of the rest of the scenario, by the traits they declare.

use super::Report;
use crate::base::Trait;
use crate::scenario::catalogue::{Catalogue, facts};
use crate::scenario::sections::Step;
use crate::scenario::spec::{Choice, Scenario};

/// What the plug-ins of a scenario can rely on.
struct Offers {
    foresight: Result<(), String>,
    priority: bool,
    task_managers: u64,
}

/// Every policy, collector, allocator and price against what the scenario offers.
pub fn check(scenario: &Scenario, catalogue: &dyn Catalogue, report: &mut Report) {
    if scenario.workloads.is_empty() {
        report
            .fault(&["workloads"], "nothing arrives: expected at least one workload")
            .map(|fault| fault.hint("write [workloads.jobs] with a kind; `heapwise list generators` names them"));
        return;
    }
    let offers = offers(scenario, catalogue);
    let policies = &scenario.policies;
    let families = [
        ("placement", &policies.placement),
        ("allocation", &policies.allocation),
        ("spill", &policies.spill),
        ("migration", &policies.migration),
        ("heap", &policies.heap),
    ];
    for (key, choice) in families {
        let traits = traits(catalogue, &format!("policies.{key}"), choice);
        for need in traits {
            if let Some(message) = unmet(*need, &offers) {
                report
                    .fault(&["policies", key], format!("\"{}\" {message}", choice.name))
                    .map(|fault| fault.hint(others(catalogue, key, *need)));
            }
        }
    }
    idle_steps(scenario, catalogue, report);
    idle_reclamation(scenario, catalogue, report);
}

fn traits(catalogue: &dyn Catalogue, family: &str, choice: &Choice) -> &'static [Trait] {
    facts(catalogue, family, &choice.name).map_or(&[], |facts| facts.traits)
}

fn offers(scenario: &Scenario, catalogue: &dyn Catalogue) -> Offers {
    let has = |choice: &Choice, wanted: Trait| traits(catalogue, "workloads.*.kind", choice).contains(&wanted);
    let blind = scenario.workloads.iter().find(|workload| !has(&workload.kind, Trait::OffersForesight));
    let foresight = match blind {
        None => Ok(()),
        Some(workload) => Err(format!("workloads.{}, of kind \"{}\",", workload.name, workload.kind.name)),
    };
    let ranked = |workload: &crate::scenario::spec::Workload| {
        workload.keys.priority > 0 || has(&workload.kind, Trait::OffersPriority)
    };
    Offers {
        foresight,
        priority: scenario.workloads.iter().any(ranked),
        task_managers: scenario.groups.iter().map(|group| u64::from(group.keys.count)).sum(),
    }
}

fn unmet(need: Trait, offers: &Offers) -> Option<String> {
    match need {
        Trait::NeedsForesight => {
            let blind = offers.foresight.as_ref().err()?;
            Some(format!("needs to know the future demand of every task, which {blind} does not offer"))
        }
        Trait::NeedsPriority if !offers.priority => Some(
            "needs tasks with a priority, but no workload has one: expected workloads.NAME.priority above 0".into(),
        ),
        // No group at all is a fault of its own.
        Trait::NeedsPeers if offers.task_managers == 1 => {
            Some("needs more than one TaskManager, but the groups have 1: expected a count of at least 2".into())
        }
        _ => None,
    }
}

fn others(catalogue: &dyn Catalogue, key: &str, need: Trait) -> String {
    let family = catalogue.family(&format!("policies.{key}"));
    let free = family.iter().filter(|member| !member.1.traits.contains(&need)).map(|member| member.0);
    format!("{key} policies without that need: {}", free.collect::<Vec<_>>().join(", "))
}

/// Steps of the pressure order that ask a policy which never does anything.
fn idle_steps(scenario: &Scenario, catalogue: &dyn Catalogue, report: &mut Report) {
    let policies = &scenario.policies;
    let asked = [
        (Step::Spill, "spill", &policies.spill),
        (Step::Migrate, "migration", &policies.migration),
        (Step::Request, "migration", &policies.migration),
    ];
    for (step, key, choice) in asked {
        let idle = traits(catalogue, &format!("policies.{key}"), choice).contains(&Trait::Baseline);
        if idle && scenario.pressure.order.contains(&step) {
            report.warn(format!(
                "pressure.order has the step \"{step}\", but policies.{key} is \"{}\", which never does it",
                choice.name
            ));
        }
    }
    let count: u64 = scenario.groups.iter().map(|group| u64::from(group.keys.count)).sum();
    if scenario.pressure.order.contains(&Step::Migrate) && count == 1 {
        report.warn("pressure.order has the step \"migrate\", but there is only one TaskManager to be on");
    }
}

/// Reclamation and compaction of blocks that have no addresses.
fn idle_reclamation(scenario: &Scenario, catalogue: &dyn Catalogue, report: &mut Report) {
    let known = traits(catalogue, "regions.allocator", &scenario.allocator);
    if ![Trait::Addressless, Trait::Bound].iter().any(|one| known.contains(one)) {
        return;
    }
    let allocator = &scenario.allocator.name;
    if !traits(catalogue, "regions.reclamation", &scenario.reclamation).contains(&Trait::Baseline) {
        let rule = &scenario.reclamation.name;
        report.warn(format!(
            "regions.reclamation is \"{rule}\", but blocks of \"{allocator}\" have no neighbours to join: it does nothing"
        ));
    }
    if scenario.pressure.order.contains(&Step::Compact) {
        report.warn(format!(
            "pressure.order has the step \"compact\", but blocks of \"{allocator}\" need not lie in one piece: nothing moves"
        ));
    }
}
