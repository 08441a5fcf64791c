//! Address against time as a picture: which class of blocks takes most of each pixel.
//!
//! Every block is counted into the pixels that it covers, with the share of the pixel that it takes, so the picture has
//! the same size for a hundred blocks and for a million.

use super::player::{Outcome, Player};
use super::{Run, Settings};
use crate::base::{Bytes, SimTime};
use crate::frag::allocations::{Act, Recording};
use crate::pool::Block;

/// Most classes of blocks that a map tells apart.
pub const CLASSES: usize = 6;
/// Pixels from left to right, and from bottom to top.
const GRID: (usize, usize) = (640, 300);

/// One pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pixel {
    /// The class that takes most of it; `None` where all is free.
    pub class: Option<u8>,
    /// The share of it that blocks take, 0 to 1.
    pub taken: f32,
}

/// A picture of where blocks were.
#[derive(Clone, Debug)]
pub struct MemoryMap {
    /// Number of the contender.
    pub contender: usize,
    /// Pixels a row.
    pub columns: usize,
    /// Rows of pixels.
    pub rows: usize,
    /// Row by row, the lowest addresses first.
    pub pixels: Vec<Pixel>,
    /// The address at the upper end.
    pub top: Bytes,
    /// The times at both ends.
    pub span: (SimTime, SimTime),
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Columns of pixels in whose time a block was refused, in ascending order.
    pub refusals: Vec<usize>,
}

/// How blocks are told apart.
enum Classes {
    /// By consumer: the class of each.
    Consumers(Vec<u8>),
    /// By size: the class for each power of two that is not above it.
    Sizes([u8; 64]),
}

/// Plays the trace once more and draws every block.
pub(super) fn draw(trace: &Recording, settings: &Settings, run: &Run) -> Result<MemoryMap, String> {
    let how = (settings.reclamation, trace.slots());
    let mut player = Player::new(&settings.contenders[run.contender], run.size, how)?;
    player.pool = player.pool.unmeasured();
    let (classes, names) = classes(trace);
    let mut grid = Grid::new(run.footprint.max(Bytes(1)), trace.span(), names.len());
    // Where each live block is and since when; compaction may move any of them.
    let mut since: Vec<Option<(Block, SimTime, u8)>> = vec![None; trace.slots()];
    for op in trace.ops() {
        let moved = player.moved;
        if matches!(player.play(&op), Outcome::Refused(_)) {
            grid.refuse(op.at);
        }
        let slot = op.slot as usize;
        let touched = if player.moved == moved { slot..slot + 1 } else { 0..since.len() };
        for slot in touched {
            let now = player.slots[slot];
            let same = since[slot].is_some_and(|(block, ..)| now == Some(block));
            if same {
                continue;
            }
            if let Some((block, from, class)) = since[slot].take() {
                grid.add(&block, (from, op.at), class);
            }
            let class = |block: Block| match &classes {
                Classes::Consumers(of) => of.get(op.consumer as usize).copied().unwrap_or(0),
                Classes::Sizes(of) => of.get(power(block.requested)).copied().unwrap_or(0),
            };
            since[slot] = now.map(|block| (block, op.at, class(block)));
        }
    }
    let end = trace.span().1;
    since.into_iter().flatten().for_each(|(block, from, class)| {
        grid.add(&block, (from, end), class);
    });
    Ok(grid.finish(run, trace.span(), names))
}

fn classes(trace: &Recording) -> (Classes, Vec<String>) {
    if trace.consumers.is_empty() {
        return by_size(trace);
    }
    let mut names: Vec<String> = trace.consumers.iter().take(CLASSES).cloned().collect();
    if trace.consumers.len() > CLASSES {
        names[CLASSES - 1] = "others".into();
    }
    let of = (0..trace.consumers.len()).map(|number| number.min(CLASSES - 1) as u8).collect();
    (Classes::Consumers(of), names)
}

/// The power of two that a size of at least one byte reaches.
fn power(size: Bytes) -> usize {
    size.0.max(1).ilog2() as usize
}

/// Bytes times the time for which they live, by the power of two that the size of their block reaches.
fn extents(trace: &Recording) -> [u128; 64] {
    let mut extents = [0; 64];
    let mut since = vec![(Bytes::ZERO, SimTime(0)); trace.slots()];
    let mut pass = |(size, from): (Bytes, SimTime), to: SimTime| {
        // What lives for no time at all is still a size of the trace.
        let lasted = u128::from(to.since(from).0) + 1;
        extents[power(size)] += if size > Bytes::ZERO { u128::from(size.0) * lasted } else { 0 };
    };
    for op in trace.ops() {
        let size = match op.act {
            Act::Free => Bytes::ZERO,
            Act::Allocate(size) | Act::Resize(size) => size,
        };
        pass(std::mem::replace(&mut since[op.slot as usize], (size, op.at)), op.at);
    }
    since.into_iter().for_each(|last| pass(last, trace.span().1));
    extents
}

/// Powers of two that divide the sizes of the trace into classes with about as much of the picture each, as far as that
/// goes.
fn by_size(trace: &Recording) -> (Classes, Vec<String>) {
    let extents = extents(trace);
    let total = extents.iter().sum::<u128>() as f64;
    let (mut below, mut of, mut floors, mut last) = (0.0, [0; 64], Vec::new(), None);
    for (log, extent) in extents.iter().enumerate().filter(|(_, extent)| **extent > 0) {
        let middle = (below + *extent as f64 / 2.0) / total;
        below += *extent as f64;
        let class = (middle * CLASSES as f64) as usize;
        if last.replace(class) != Some(class) {
            floors.push(log);
        }
        of[log] = floors.len().saturating_sub(1).min(CLASSES - 1) as u8;
    }
    let text = |log: usize| Bytes(1 << log).to_string();
    let names = floors.iter().enumerate().map(|(place, floor)| match floors.get(place + 1) {
        None if place == 0 => "all sizes".to_string(),
        None => format!("{} and more", text(*floor)),
        Some(next) if place == 0 => format!("below {}", text(*next)),
        Some(next) => format!("{} to {}", text(*floor), text(*next)),
    });
    let names = names.collect();
    (Classes::Sizes(of), names)
}

struct Grid {
    classes: usize,
    cells: Vec<f32>,
    top: u64,
    begin: u64,
    end: u64,
    refusals: Vec<usize>,
}

impl Grid {
    fn new(top: Bytes, (begin, end): (SimTime, SimTime), classes: usize) -> Grid {
        let classes = classes.max(1);
        Grid {
            classes,
            cells: vec![0.0; GRID.0 * GRID.1 * classes],
            top: top.0,
            begin: begin.0,
            end: end.0.max(begin.0 + 1),
            refusals: Vec::new(),
        }
    }

    /// Where a time lies, in columns from the left.
    fn column(&self, at: SimTime) -> f64 {
        (at.0 - self.begin) as f64 / (self.end - self.begin) as f64 * GRID.0 as f64
    }

    fn refuse(&mut self, at: SimTime) {
        let column = (self.column(at) as usize).min(GRID.0 - 1);
        if self.refusals.last() != Some(&column) {
            self.refusals.push(column);
        }
    }

    /// Counts a block over a time.
    fn add(&mut self, block: &Block, (from, to): (SimTime, SimTime), class: u8) {
        let y = |at: u64| at as f64 / self.top as f64 * GRID.1 as f64;
        let (left, right) = (self.column(from), self.column(to));
        let (low, high) = (y(block.address), y(block.address + block.size.0).min(GRID.1 as f64));
        let class = (class as usize).min(self.classes - 1);
        for row in low as usize..(high.ceil() as usize).min(GRID.1) {
            let tall = (high.min(row as f64 + 1.0) - low.max(row as f64)).max(0.0);
            for column in left as usize..(right.ceil() as usize).min(GRID.0) {
                let wide = (right.min(column as f64 + 1.0) - left.max(column as f64)).max(0.0);
                self.cells[(row * GRID.0 + column) * self.classes + class] += (tall * wide) as f32;
            }
        }
    }

    fn finish(self, run: &Run, span: (SimTime, SimTime), classes: Vec<String>) -> MemoryMap {
        let pixel = |shares: &[f32]| {
            let taken: f32 = shares.iter().sum();
            let most = shares.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
            Pixel { class: most.filter(|_| taken > 0.0).map(|most| most.0 as u8), taken: taken.min(1.0) }
        };
        let pixels = self.cells.chunks(self.classes).map(pixel).collect();
        let (columns, rows) = GRID;
        MemoryMap {
            contender: run.contender,
            columns,
            rows,
            pixels,
            top: Bytes(self.top),
            span,
            classes,
            refusals: self.refusals,
        }
    }
}
