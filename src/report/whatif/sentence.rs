//! The sentences that a person would write into a design review.

use super::{asked, cores, share};
use crate::base::Bytes;
use crate::gc_study::whatif::{Cost, Reply, Row, Smallest};

/// One sentence for each collector and number of cores, and one on heaps that cannot hold the live set.
pub fn sentences(reply: &Reply) -> Vec<String> {
    let mut all: Vec<String> = reply.answer.smallest.iter().map(|side| of_side(reply, side)).collect();
    all.extend(too_small(reply));
    all
}

fn of_side(reply: &Reply, side: &Smallest) -> String {
    let growth = match reply.question.live_growth {
        0.0 => String::new(),
        growth if growth > 0.0 => format!("with a live set {} larger, ", share(growth)),
        growth => format!("with a live set {} smaller, ", share(-growth)),
    };
    let text = match chosen(reply, side) {
        Some((row, cost)) => format!("{growth}{}; {}", told(reply, row, cost), smallest(reply, side, row)),
        None => format!(
            "{growth}on {} with {}, every heap asked for runs out of memory; {}",
            cores(side.cores),
            side.collector,
            bound(reply, side)
        ),
    };
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

/// The row that stands for a side: the smallest heap within the bound, else the largest that runs.
fn chosen<'a>(reply: &'a Reply, side: &Smallest) -> Option<(&'a Row, &'a Cost)> {
    let of_side = |row: &&Row| (row.choice.collector, row.choice.cores) == (side.collector, side.cores);
    let mut rows: Vec<(&Row, &Cost)> =
        reply.answer.rows.iter().filter(of_side).filter_map(|row| Some((row, row.cost.as_ref()?))).collect();
    rows.sort_by_key(|row| row.0.choice.heap);
    let within =
        rows.iter().find(|row| row.1.loss.value <= reply.question.max_loss && row.0.out_of_memory.value < 0.05);
    within.or(rows.last()).copied()
}

fn told(reply: &Reply, row: &Row, cost: &Cost) -> String {
    let choice = &row.choice;
    let loss = &cost.loss;
    let heap =
        if row.as_logged { format!("the {} heap of the log", choice.heap) } else { format!("a {} heap", choice.heap) };
    let mut text = format!(
        "on {} with {}, {heap} loses {} ({} to {}) of throughput to collection",
        cores(choice.cores),
        choice.collector,
        share(loss.value),
        share(loss.low).trim_end_matches(" %"),
        share(loss.high)
    );
    if row.out_of_memory.value >= 0.05 {
        text += &format!(" and runs out of memory with a chance of {}", share(row.out_of_memory.value));
    }
    let logged = &reply.answer.logged;
    if let Some(cost) = logged.cost.as_ref().filter(|_| !row.as_logged) {
        let mut with = format!("the {}", logged.choice.heap);
        if logged.choice.collector != choice.collector {
            with += &format!(" and {}", logged.choice.collector);
        }
        if logged.choice.cores != choice.cores {
            with += &format!(" on {}", cores(logged.choice.cores));
        }
        if choice.grown {
            with += " and the live set";
        }
        text += &format!(", against {} with {with} of the log", share(cost.loss.value));
    }
    text
}

fn smallest(reply: &Reply, side: &Smallest, row: &Row) -> String {
    match side.heap.filter(|heap| Bytes::from_f64(heap.value) == row.choice.heap) {
        Some(_) => format!("it is the smallest that stays under {}", asked(reply.question.max_loss)),
        None => bound(reply, side),
    }
}

fn bound(reply: &Reply, side: &Smallest) -> String {
    let most = asked(reply.question.max_loss);
    let Some(heap) = side.heap else {
        let largest = Bytes::from_f64(side.most);
        return format!("no heap up to {largest} stays under {most}: {} remain even there", share(side.remains));
    };
    let size = |bytes: f64| Bytes::from_f64(bytes).to_string();
    let range = match heap.high.is_finite() {
        true => format!("{} to {}", size(heap.low), size(heap.high)),
        false => format!("{} to more than {}", size(heap.low), size(side.most)),
    };
    format!("{} ({range}) is the smallest that stays under {most}", size(heap.value))
}

/// Heaps under which every draw runs out of memory.
fn too_small(reply: &Reply) -> Option<String> {
    let mut heaps: Vec<Bytes> =
        reply.answer.rows.iter().filter(|row| row.cost.is_none()).map(|row| row.choice.heap).collect();
    heaps.sort();
    heaps.dedup();
    let live = Bytes::mib(Bytes::from_f64(reply.question.live).as_mib().round() as u64);
    let names: Vec<String> = heaps.iter().map(Bytes::to_string).collect();
    (!heaps.is_empty()).then(|| {
        format!(
            "{} cannot hold the {live} that are live beside what is allocated: java.lang.OutOfMemoryError.",
            names.join(" or ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gc_study::whatif::toy::reply;

    #[test]
    fn the_sentence_names_setting_loss_comparison_and_bound() {
        let said = sentences(&reply());
        assert!(said[0].starts_with("On 2 cores with G1, the 512 MiB heap of the log loses 3.3 % ("), "{said:?}");
        assert!(
            said[0].contains("of throughput to collection; ")
                && said[0].contains("is the smallest that stays under 5 %")
        );
        assert!(said[1].starts_with("64 MiB cannot hold the 128 MiB"), "{said:?}");
    }

    #[test]
    fn another_heap_is_compared_with_the_log() {
        let mut reply = reply();
        reply.question.max_loss = 0.02;
        let said = sentences(&reply);
        assert!(said[0].contains("a 1 GiB heap loses 1.4 %"), "{said:?}");
        assert!(said[0].contains("against 3.3 % with the 512 MiB of the log"), "{said:?}");
    }
}
