//! A plug-in named by a scenario: looked up in its family, its parameters read as that member declares them.

use crate::base::nearest;
use crate::base::{Args, Facts, Param};
use crate::pool::listed_name;
use crate::scenario::catalogue::Catalogue;
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::schema::{FAMILIES, STATE_PRICE};
use crate::scenario::spec::Choice;
use crate::scenario::tree::{Node, Tree};

use super::section::{args, unknown_keys};

/// The family that `section` names under `key`: its key in the catalogue, and its default member.
pub fn family(section: &str, key: &str) -> (String, &'static str) {
    let default = FAMILIES.iter().find(|family| family.0 == section && family.1 == key).map_or("", |family| family.2);
    (format!("{section}.{key}"), default)
}

/// How people call a member of the family.
pub fn noun(family: &str) -> String {
    match family.split_once('.') {
        Some(("policies", kind)) => format!("{kind} policy"),
        Some(("prices", kind)) => format!("{kind} price"),
        Some(("workloads", "*.arrival")) => "arrival process".into(),
        Some(("workloads", key)) if key.ends_with(STATE_PRICE) => "state price".into(),
        Some(("workloads", _)) => "kind of workload".into(),
        _ => family.rsplit('.').next().unwrap_or(family).to_string(),
    }
}

/// Where a plug-in is chosen.
#[derive(Clone, Copy)]
pub struct Slot<'a> {
    /// Section, with a star for the names that a user gives.
    pub section: &'a str,
    /// Key in it.
    pub key: &'a str,
}

/// The plug-in in `slot` of the section at `spot`: its bare name, a table `{ kind = "name", … }`, or the default.
pub fn choice(spot: &Spot, slot: Slot, catalogue: &dyn Catalogue, faults: &mut Faults) -> Choice {
    let (family, default) = family(slot.section, slot.key);
    let members = catalogue.family(&family);
    let nothing = Node::empty(spot.node.origin.clone());
    let Some(node) = spot.node.get(slot.key) else {
        return named(&spot.child(slot.key, &nothing), default, (&family, &members), faults);
    };
    let here = spot.child(slot.key, node);
    match &node.tree {
        Tree::Text(name) => {
            let empty = Spot { key: here.key.clone(), node: &Node::empty(node.origin.clone()) };
            match look_up(&here, name, (&family, &members), faults) {
                Some((name, params)) => Choice { name: name.to_string(), args: args(&empty, params, faults) },
                None => Choice { name: name.clone(), args: Args::default() },
            }
        }
        Tree::Table(_) => table(&here, (&family, &members), faults),
        _ => {
            let message =
                format!("is {}: expected the name of a {}, or {{ kind = \"name\", … }}", node.noun(), noun(&family));
            faults.value(&here, message);
            Choice { name: default.to_string(), args: Args::default() }
        }
    }
}

type Family<'a> = (&'a str, &'a [(&'static str, Facts)]);

fn named(spot: &Spot, name: &str, family: Family, faults: &mut Faults) -> Choice {
    let params = look_up(spot, name, family, faults).map_or(&[][..], |member| member.1);
    Choice { name: name.to_string(), args: args(spot, params, faults) }
}

fn table(spot: &Spot, family: Family, faults: &mut Faults) -> Choice {
    let (name, params) = kind_of(spot, family, faults);
    let Some(params) = params else { return Choice { name, args: Args::default() } };
    let known: Vec<&str> = ["kind"].into_iter().chain(params.iter().map(|param| param.name)).collect();
    unknown_keys(spot, &known, faults);
    Choice { name, args: args(spot, params, faults) }
}

/// The member that the key `kind` of the table at `spot` names, and its parameters if it is known.
pub fn kind_of(spot: &Spot, family: Family, faults: &mut Faults) -> (String, Option<&'static [Param]>) {
    match spot.node.get("kind") {
        None => {
            let child = spot.child("kind", spot.node);
            faults.key(&child, format!("is missing: expected the name of a {}: {}", noun(family.0), all(family)));
            (String::new(), None)
        }
        Some(node) => match &node.tree {
            Tree::Text(name) => match look_up(&spot.child("kind", node), name, family, faults) {
                Some((name, params)) => (name.to_string(), Some(params)),
                None => (name.clone(), None),
            },
            _ => {
                faults.value(&spot.child("kind", node), format!("is {}: expected a name in quotes", node.noun()));
                (String::new(), None)
            }
        },
    }
}

fn all(family: Family) -> String {
    family.1.iter().map(|member| member.0).collect::<Vec<_>>().join(", ")
}

/// Name and parameters of the member that is called so, or has this as another name.
fn look_up(spot: &Spot, name: &str, family: Family, faults: &mut Faults) -> Option<(&'static str, &'static [Param])> {
    let listed = if family.0 == "regions.allocator" { listed_name(name) } else { name };
    if let Some((member, facts)) = family.1.iter().find(|member| member.0 == listed) {
        return Some((member, facts.params));
    }
    let message = format!("there is no {} \"{name}\": expected one of {}", noun(family.0), all(family));
    let fault =
        if matches!(spot.node.tree, Tree::Text(_)) { faults.value(spot, message) } else { faults.key(spot, message) };
    fault.near(nearest(name, family.1.iter().map(|member| member.0)));
    None
}
