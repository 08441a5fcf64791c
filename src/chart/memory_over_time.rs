//! Who holds the memory over time: stacked areas by component under the line of capacity, one panel a policy.

use super::axes::{Axes, Axis, Panel, label_room};
use super::canvas::{Area, Canvas, Stroke};
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::page::{self, Heading, Key};
use super::reference;
use super::scale::{Scale, range};
use super::series::{self, Pairs};
use super::style::STYLE;
use super::table::Table;
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "memory-over-time",
    summary: "memory in use by component over time, under the line of capacity, by policy",
    source: "stacked areas; components as Flink names them",
    params: &[],
    traits: &[],
    build: || Box::new(MemoryOverTime),
};

const CACHES: &str = "cache_used_bytes";
const LIVE: &str = "heap_live_bytes";

/// Column, and what it is; from the bottom of the stack to its top. What moves most is on top, where it shakes nothing
/// else.
const PARTS: [(&str, &str); 7] = [
    ("network_used_bytes", "Network"),
    ("managed_used_bytes", "Managed"),
    ("sort_used_bytes", "Sort"),
    ("hash_used_bytes", "Hash"),
    (CACHES, "Heap, caches"),
    (LIVE, "Heap, live"),
    ("heap_garbage_bytes", "Heap, garbage"),
];

/// A stack shows at most this many points.
const POINTS: usize = 600;

const CAPACITY: Stroke = Stroke { color: STYLE.ink, width: 2.2, dash: &[8.0, 4.0] };

struct MemoryOverTime;

/// What one panel shows: the upper edge of each part, from the bottom up, and the capacity.
struct Stack {
    title: String,
    edges: Vec<(usize, Pairs)>,
    capacity: Pairs,
}

impl Chart for MemoryOverTime {
    fn needs(&self) -> &'static [&'static str] {
        &["timeseries.time_s"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let Some(table) = tables.get("timeseries") else { return Ok(Outcome::absent("timeseries")) };
        let reference = reference::choose(tables, &design, table, |_| true)?;
        let mut stacks = Vec::new();
        for cell in &reference.cells {
            stacks.push(stack(table, &cell.rows, reference.label(&design, cell))?);
        }
        stacks.retain(|stack| !stack.edges.is_empty());
        if stacks.is_empty() {
            return Ok(Outcome::Skipped("no memory in use was recorded".to_string()));
        }
        if stacks.len() > 2 {
            canvas.height = 960.0;
        }
        let longest = stacks.iter().map(|stack| stack.capacity.len()).max().unwrap_or(0);
        let notes = reference.notes(&design).into_iter().chain(series::thinned(longest, POINTS)).collect();
        let heading = Heading { title: "Memory in use over time", notes };
        let body = page::heading(canvas, &tables.context, &heading);
        let used = |part: usize| stacks.iter().any(|stack| stack.edges.iter().any(|edge| edge.0 == part));
        let mut entries: Vec<page::Entry> = (0..PARTS.len())
            .filter(|part| used(*part))
            .map(|part| (Key::Fill(STYLE.areas[part]), PARTS[part].1.to_string()))
            .collect();
        if stacks.iter().any(|stack| series::tells(&stack.capacity)) {
            entries.push((Key::Stroke(CAPACITY), "Capacity".to_string()));
        }
        let body = page::legend(canvas, body, &entries);
        draw_stacks(canvas, body, &stacks);
        Ok(Outcome::Drawn)
    }
}

/// Adds the parts up. A gap in a part that was recorded elsewhere keeps its last value, so that a missing sample does
/// not look like memory given back.
fn stack(table: &Table, rows: &[usize], title: String) -> Result<Stack, ChartError> {
    let time = table.numbers("time_s")?;
    let capacity = series::pairs(rows, time, table.numbers("capacity_bytes")?);
    let mut edges: Vec<(usize, Pairs)> = Vec::new();
    let mut sum: Pairs = capacity.iter().map(|pair| (pair.0, 0.0)).collect();
    for (part, (column, _)) in PARTS.iter().enumerate() {
        let mut pairs = series::pairs(rows, time, table.numbers(column)?);
        if *column == LIVE {
            // Caches on the heap are live too; each byte stands in the stack once.
            let caches = series::pairs(rows, time, table.numbers(CACHES)?);
            let apart = pairs.iter_mut().zip(&caches).filter(|(_, cache)| cache.1.is_finite());
            apart.for_each(|(live, cache)| live.1 = (live.1 - cache.1).max(0.0));
        }
        if !series::tells(&pairs) {
            continue;
        }
        let mut last = 0.0;
        for (total, pair) in sum.iter_mut().zip(&pairs) {
            last = if pair.1.is_finite() { pair.1 } else { last };
            total.1 += last;
        }
        edges.push((part, sum.clone()));
    }
    Ok(Stack { title, edges, capacity })
}

/// Columns and rows of panels: time needs width.
fn grid(panels: usize) -> (usize, usize) {
    let columns = if panels > 3 { 2 } else { 1 };
    (columns, panels.div_ceil(columns).max(1))
}

fn draw_stacks(canvas: &mut Canvas, body: Area, stacks: &[Stack]) {
    let tops = stacks.iter().filter_map(|stack| stack.edges.last()).flat_map(|edge| edge.1.iter());
    let capacities = stacks.iter().flat_map(|stack| stack.capacity.iter());
    let scale = Scale::from_zero(tops.chain(capacities).map(|pair| pair.1), Unit::Bytes);
    for (index, stack) in stacks.iter().enumerate() {
        let area = body.cell(index, grid(stacks.len()), 22.0);
        let x = Axis::new(series::time_scale(stack.edges.iter().map(|edge| &edge.1)), "Simulated time");
        let y = Axis::new(scale.clone(), &stack.title);
        let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left: label_room(&y, area.height()) });
        let (low, _) =
            range(stack.edges.iter().flat_map(|edge| edge.1.iter().map(|pair| pair.1))).unwrap_or((0.0, 1.0));
        let floor: Pairs = stack
            .edges
            .first()
            .map(|edge| edge.1.iter().map(|pair| (pair.0, low.min(0.0))).collect())
            .unwrap_or_default();
        let mut below = series::thin(&floor, POINTS);
        for (part, edge) in &stack.edges {
            let edge = series::thin(edge, POINTS);
            let outline = edge.iter().chain(below.iter().rev()).map(|&pair| panel.at(pair)).collect();
            canvas.fill(outline, STYLE.areas[*part], 1.0);
            below = edge;
        }
        panel.line(canvas, &below, Stroke::solid(STYLE.ink, 0.6));
        panel.line(canvas, &series::thin(&stack.capacity, POINTS), CAPACITY);
    }
}
