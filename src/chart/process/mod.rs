//! The memory of a process as nested boxes to scale, as one would draw it in a design review.
//!
//! Idea: only heights carry sizes, so that they can be exact: a part is as high as it is large, and lies inside its
//! parent by being set in from the sides, never from above or below. Names stand in a table at the right, pushed apart
//! where parts are thin, and joined to their boxes by leaders. Two processes are drawn side by side on one scale.
//!
//! Departures: a part thinner than a hairline is still drawn as a hairline about its true place; a note says so.

mod convert;
mod diff;
mod nested;
mod notes;
mod rows;
pub(super) mod save;
mod stack;

use super::canvas::{Canvas, Ink};
use super::error::ChartError;
use super::page::{self, Heading};
use super::style::{Color, STYLE};
use super::tables::Context;
use crate::base::Bytes;
use stack::blocks;
use std::collections::BTreeSet;
use std::path::Path;

/// Which family a part belongs to; decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A total that holds several families.
    Total,
    /// The JVM's heap.
    Heap,
    /// Heap that tasks share; slots are hinted at by dashed lines.
    TaskHeap,
    /// Direct memory.
    Direct,
    /// Network buffers.
    Network,
    /// Managed memory; slots divide it evenly.
    Managed,
    /// The JVM's own data: metaspace.
    Jvm,
    /// Memory under no limit of the JVM: overhead.
    Native,
}

impl PartKind {
    fn color(self) -> Color {
        match self {
            PartKind::Total => STYLE.muted,
            PartKind::Heap | PartKind::TaskHeap => STYLE.lines[0].color,
            PartKind::Direct => STYLE.lines[5].color,
            PartKind::Network => STYLE.lines[1].color,
            PartKind::Managed => STYLE.lines[2].color,
            PartKind::Jvm => STYLE.lines[3].color,
            PartKind::Native => STYLE.ablations[7].color,
        }
    }

    /// The fill of a part that has no parts of its own.
    fn fill(self) -> Color {
        self.color().tint(if self == PartKind::TaskHeap { 0.5 } else { 0.62 })
    }
}

/// A part of a process with the parts that lie in it, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name, such as "task heap memory"; no other part of the process has it.
    pub name: String,
    /// Its size in bytes; that of a part with parts is their sum.
    pub size: Bytes,
    /// Where the size came from, such as "fraction 0.4"; may be empty.
    pub note: String,
    /// The limit that is as large as the part, such as "-Xmx" or "container", if there is one.
    pub flag: Option<String>,
    /// Its family.
    pub kind: PartKind,
    /// What lies in it; empty for a part that is not divided.
    pub parts: Vec<Part>,
}

/// A process to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// What it is called where two are drawn, such as "A: config.yaml".
    pub caption: String,
    /// The whole process.
    pub part: Part,
    /// Its slots; 0 for a process without any.
    pub slots: u32,
}

/// What stands on a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The title.
    pub title: String,
    /// The line below it.
    pub subtitle: String,
    /// The process.
    pub process: Process,
    /// The process to compare it with, if any.
    pub other: Option<Process>,
}

/// Draws a sheet into the file `path`, as SVG or PNG by its ending. The file appears whole or not at all.
///
/// # Errors
/// The ending is neither `.svg` nor `.png`, or the file cannot be written.
pub fn draw_process(sheet: &Sheet, path: &Path) -> Result<(), ChartError> {
    let format = save::Format::of(path)?;
    save::write(&paint(sheet), path, format)
}

/// What is said below the boxes, and where.
struct Below {
    notes: Vec<String>,
    /// How wide the notes may be.
    width: f64,
    /// Where the drawing ends.
    bottom: f64,
}

/// Height of the boxes, where the table beside them needs no more.
const BODY: f64 = 560.0;
/// Room between the heading and the boxes, for captions and the head of the table.
const HEAD: f64 = 34.0;
const NOTE_STEP: f64 = 20.0;

/// Puts a sheet on a canvas, which grows as high as it must.
pub(super) fn paint(sheet: &Sheet) -> Canvas {
    let mut canvas = Canvas::default();
    let context = Context { scenario: sheet.subtitle.clone(), ..Context::default() };
    let mut area = page::heading(&mut canvas, &context, &Heading { title: &sheet.title, notes: Vec::new() });
    area.top += HEAD;
    area.bottom = area.top + BODY.max(table_height(sheet));
    let below = match &sheet.other {
        None => nested::draw(&mut canvas, area, &sheet.process),
        Some(other) => diff::draw(&mut canvas, area, (&sheet.process, other)),
    };
    let mut y = area.bottom + 28.0;
    for line in below.notes.iter().flat_map(|note| page::wrap(note, STYLE.tick, below.width)) {
        canvas.fitted((area.left, y), &line, below.width, Ink::new(STYLE.tick, STYLE.muted));
        y += NOTE_STEP;
    }
    canvas.height = below.bottom.max(y - NOTE_STEP / 2.0) + STYLE.margin;
    canvas
}

/// The height that the rows of a sheet's table need.
fn table_height(sheet: &Sheet) -> f64 {
    let processes = [Some(&sheet.process), sheet.other.as_ref()].into_iter().flatten();
    let parts: Vec<&Part> = processes.flat_map(|process| blocks(&process.part)).map(|block| block.part).collect();
    let names: BTreeSet<&str> = parts.iter().filter(|part| part.parts.is_empty()).map(|part| &*part.name).collect();
    names.len() as f64 * rows::PITCH
}
