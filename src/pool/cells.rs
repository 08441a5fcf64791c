//! A range cut into cells, each taken or free, in a chain by address: the neighbours of a cell are one step away.
//!
//! Knuth's boundary tags (TAOCP vol. 1, 2.5, algorithm C), beside the memory instead of in it. A cell is known by its
//! number, which its block carries as a tag; so nothing is ever searched by address.

use super::sums::Hole;

/// No cell.
pub(super) const NONE: u32 = u32::MAX;
/// In the place of a link: the cell is taken.
const TAKEN: u32 = u32::MAX - 1;
/// In the place of a link: the number is not in use.
const SPARE: u32 = u32::MAX - 2;

/// An interval, its neighbours by address, and two links for whoever lists the free ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub start: u64,
    pub size: u64,
    pub below: u32,
    pub above: u32,
    pub before: u32,
    pub after: u32,
}

impl Cell {
    /// Whether no block lies here.
    pub fn is_free(&self) -> bool {
        self.before != TAKEN
    }
}

/// All cells of a range.
#[derive(Debug)]
pub(super) struct Cells {
    cells: Vec<Cell>,
    spare: u32,
    bottom: u32,
    top: u32,
}

impl Cells {
    /// One free cell, number 0, over `[0, capacity)`, or a taken one without bytes where `capacity` is 0.
    pub fn new(capacity: u64) -> Cells {
        let before = if capacity == 0 { TAKEN } else { NONE };
        let only = Cell { start: 0, size: capacity, below: NONE, above: NONE, before, after: NONE };
        Cells { cells: vec![only], spare: NONE, bottom: 0, top: 0 }
    }

    /// The cell with this number.
    #[inline]
    pub fn at(&self, cell: u32) -> &Cell {
        &self.cells[cell as usize]
    }

    /// The same, to change it.
    #[inline]
    pub fn at_mut(&mut self, cell: u32) -> &mut Cell {
        &mut self.cells[cell as usize]
    }

    /// Marks a free cell as taken.
    #[inline]
    pub fn take(&mut self, cell: u32) {
        self.at_mut(cell).before = TAKEN;
    }

    /// Marks the cell of a block as free. Panics where no live block has this tag and address: only a block that is
    /// returned twice gets there.
    #[inline]
    pub fn give(&mut self, cell: u32, address: u64) {
        let live = self.cells.get_mut(cell as usize).filter(|cell| cell.before == TAKEN && cell.start == address);
        let Some(live) = live else { panic!("no live block at byte {address} of the pool") };
        live.before = NONE;
        live.after = NONE;
    }

    /// Cuts a cell in two: it keeps its `size` lowest bytes; the rest is a new free cell above it.
    #[inline]
    pub fn split(&mut self, cell: u32, size: u64) -> u32 {
        let low = *self.at(cell);
        let rest = Cell {
            start: low.start + size,
            size: low.size - size,
            below: cell,
            above: low.above,
            before: NONE,
            after: NONE,
        };
        let number = self.number(rest);
        self.link(number, low.above);
        let low = self.at_mut(cell);
        low.size = size;
        low.above = number;
        number
    }

    /// Cuts the `size` lowest bytes, fewer than all, off a cell, which keeps the rest; they become a new taken cell.
    #[inline(always)]
    pub fn carve(&mut self, cell: u32, size: u64) -> u32 {
        let Cell { start, below, .. } = *self.at(cell);
        let low = Cell { start, size, below, above: cell, before: TAKEN, after: NONE };
        let number = self.number(low);
        match below {
            NONE => self.bottom = number,
            _ => self.at_mut(below).above = number,
        }
        let rest = self.at_mut(cell);
        rest.start += size;
        rest.size -= size;
        rest.below = number;
        number
    }

    /// Joins a cell with the one above it, whose number is no longer in use.
    #[inline(always)]
    pub fn absorb(&mut self, cell: u32) {
        let gone = self.at(cell).above;
        let Cell { size, above, .. } = *self.at(gone);
        self.discard(gone);
        let low = self.at_mut(cell);
        low.size += size;
        low.above = above;
        self.link(cell, above);
    }

    /// Joins a cell with the one below it, whose number is no longer in use.
    #[inline(always)]
    pub fn absorb_below(&mut self, cell: u32) {
        let gone = self.at(cell).below;
        let Cell { start, size, below, .. } = *self.at(gone);
        self.discard(gone);
        let high = self.at_mut(cell);
        high.start = start;
        high.size += size;
        high.below = below;
        match below {
            NONE => self.bottom = cell,
            _ => self.at_mut(below).above = cell,
        }
    }

    /// The neighbour below, where it is free.
    #[inline]
    pub fn free_below(&self, cell: u32) -> Option<u32> {
        let below = self.at(cell).below;
        (below != NONE && self.at(below).is_free()).then_some(below)
    }

    /// The neighbour above, where it is free.
    #[inline]
    pub fn free_above(&self, cell: u32) -> Option<u32> {
        let above = self.at(cell).above;
        (above != NONE && self.at(above).is_free()).then_some(above)
    }

    /// Shows every maximal run of free cells by ascending address.
    pub fn visit(&self, see: &mut dyn FnMut(Hole)) {
        let (mut at, mut hole) = (self.bottom, None::<Hole>);
        while at != NONE {
            let cell = self.at(at);
            match (&mut hole, cell.is_free()) {
                (Some(open), true) => open.size += cell.size,
                (None, true) => hole = Some(Hole { start: cell.start, size: cell.size }),
                _ => hole.take().into_iter().for_each(&mut *see),
            }
            at = cell.above;
        }
        hole.into_iter().for_each(see);
    }

    /// The highest cell.
    pub fn top(&self) -> u32 {
        self.top
    }

    /// The highest run of free cells where it ends the range, else `None`.
    pub fn top_hole(&self) -> Option<Hole> {
        let (mut at, mut hole) = (self.top, None);
        let end = self.at(at).start + self.at(at).size;
        while at != NONE && self.at(at).is_free() {
            hole = Some(Hole { start: self.at(at).start, size: end - self.at(at).start });
            at = self.at(at).below;
        }
        hole
    }

    #[inline]
    fn discard(&mut self, cell: u32) {
        let spare = std::mem::replace(&mut self.spare, cell);
        let gone = self.at_mut(cell);
        (gone.before, gone.after) = (SPARE, spare);
    }

    #[inline]
    fn number(&mut self, cell: Cell) -> u32 {
        if self.spare == NONE {
            self.cells.push(cell);
            return self.cells.len() as u32 - 1;
        }
        let number = self.spare;
        self.spare = self.at(number).after;
        *self.at_mut(number) = cell;
        number
    }

    /// Makes `above` (or the end of the range) look down at `cell`.
    fn link(&mut self, cell: u32, above: u32) {
        match above {
            NONE => self.top = cell,
            _ => self.at_mut(above).below = cell,
        }
    }
}
