//! Address against time as a picture: which class of blocks takes most of each pixel.
//!
//! Every block is counted into the pixels that it covers, with the share of the pixel that it takes, so the picture has
//! the same size for a hundred blocks and for a million.

use super::player::Player;
use super::{Run, Settings};
use crate::base::{Bytes, SimTime};
use crate::memory::pool::Block;
use crate::workload::allocations::Recording;

/// Most classes of blocks that a map tells apart.
pub const CLASSES: usize = 6;
/// Pixels from left to right, and from bottom to top.
const GRID: (usize, usize) = (480, 240);

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
}

/// How blocks are told apart.
enum Classes {
    /// By consumer: the class of each.
    Consumers(Vec<u8>),
    /// By size: the smallest size of each class but the first.
    Sizes(Vec<u64>),
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
        player.play(&op);
        let slot = op.slot as usize;
        let touched = if player.moved == moved { slot..slot + 1 } else { 0..since.len() };
        for slot in touched {
            let now = player.slots[slot];
            let same = since[slot].is_some_and(|(block, ..)| now == Some(block));
            if same {
                continue;
            }
            if let Some((block, from, class)) = since[slot].take() {
                grid.add((block.address, block.size.0), (from, op.at), class);
            }
            let class = |block: Block| match &classes {
                Classes::Consumers(of) => of.get(op.consumer as usize).copied().unwrap_or(0),
                Classes::Sizes(floors) => floors.partition_point(|floor| *floor <= block.requested.0) as u8,
            };
            since[slot] = now.map(|block| (block, op.at, class(block)));
        }
    }
    let end = trace.span().1;
    since.into_iter().flatten().for_each(|(block, from, class)| {
        grid.add((block.address, block.size.0), (from, end), class);
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

/// Powers of two that divide the sizes of the trace into classes with about as many bytes each, as far as that goes.
fn by_size(trace: &Recording) -> (Classes, Vec<String>) {
    let mut bytes = [0u128; 64];
    for op in trace.ops() {
        if let crate::workload::allocations::Act::Allocate(size) = op.act {
            bytes[size.0.max(1).ilog2() as usize] += 1;
        }
    }
    let used: Vec<usize> = (0..64).filter(|log| bytes[*log] > 0).collect();
    let (low, high) = (used.first().copied().unwrap_or(0), used.last().copied().unwrap_or(0) + 1);
    let width = (high - low).div_ceil(CLASSES).max(1);
    let floors: Vec<u64> =
        (1..CLASSES).map(|class| low + class * width).filter(|log| *log < high).map(|log| 1 << log).collect();
    let text = |size: u64| crate::base::Bytes(size).to_string();
    let mut names = vec![match floors.first() {
        Some(floor) => format!("below {}", text(*floor)),
        None => "all sizes".to_string(),
    }];
    for (place, floor) in floors.iter().enumerate() {
        names.push(match floors.get(place + 1) {
            Some(next) => format!("{} to {}", text(*floor), text(*next)),
            None => format!("{} and more", text(*floor)),
        });
    }
    (Classes::Sizes(floors), names)
}

struct Grid {
    classes: usize,
    cells: Vec<f32>,
    top: u64,
    begin: u64,
    end: u64,
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
        }
    }

    /// Counts a block (start and length) over a time.
    fn add(&mut self, (start, length): (u64, u64), (from, to): (SimTime, SimTime), class: u8) {
        let x = |at: SimTime| (at.0 - self.begin) as f64 / (self.end - self.begin) as f64 * GRID.0 as f64;
        let y = |at: u64| at as f64 / self.top as f64 * GRID.1 as f64;
        let (left, right) = (x(from), x(to));
        let (low, high) = (y(start), y(start + length).min(GRID.1 as f64));
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
        MemoryMap { contender: run.contender, columns, rows, pixels, top: Bytes(self.top), span, classes }
    }
}
