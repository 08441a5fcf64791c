//! Holes in the order of their addresses, as a B+ tree that knows the largest size below each node.
//!
//! Bayer & McCreight 1972; a node goes when it is empty and not before (Johnson & Shasha, JCSS 1993: that costs next to
//! nothing while insertions are not outnumbered). A search for the lowest large enough hole follows the maxima, as in
//! Stephenson's fast fits (1983), so every step takes O(log n), a few nodes of neighbouring words.

use super::Hole;

/// A node splits when it holds more entries than this.
const WIDTH: usize = 32;

/// A node: holes in a leaf, children elsewhere, in both cases sorted by address.
#[derive(Clone, Debug)]
enum Node {
    Leaf(Vec<Hole>),
    Inner(Vec<Child>),
}

/// A child with what a search needs to know of it.
#[derive(Clone, Debug)]
struct Child {
    /// Where its lowest hole begins.
    first: u64,
    /// The largest size below it.
    largest: u64,
    node: Box<Node>,
}

/// Disjoint holes sorted by address.
#[derive(Clone, Debug)]
pub(super) struct AddressOrder {
    root: Node,
    largest: u64,
}

impl Default for AddressOrder {
    fn default() -> AddressOrder {
        AddressOrder { root: Node::Leaf(Vec::new()), largest: 0 }
    }
}

impl AddressOrder {
    /// The last hole that starts at or below `address`, and the one after that.
    pub fn around(&self, address: u64) -> (Option<Hole>, Option<Hole>) {
        let (mut node, mut beside) = (&self.root, None::<&Node>);
        loop {
            match node {
                Node::Leaf(holes) => {
                    let above = holes.partition_point(|hole| hole.start <= address);
                    let below = above.checked_sub(1).map(|slot| holes[slot]);
                    return (below, holes.get(above).copied().or_else(|| beside?.lowest()));
                }
                Node::Inner(children) => {
                    let slot = slot_of(children, address);
                    beside = children.get(slot + 1).map(|child| &*child.node).or(beside);
                    node = &children[slot].node;
                }
            }
        }
    }

    /// All holes by ascending address.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Hole> + Clone {
        let mut all = Vec::new();
        self.visit(&mut |hole| all.push(hole));
        all.into_iter()
    }

    /// Shows every hole by ascending address.
    pub fn visit(&self, see: &mut dyn FnMut(Hole)) {
        self.root.visit(see);
    }

    /// The highest hole.
    pub fn last(&self) -> Option<Hole> {
        self.root.last()
    }

    /// The size of the largest hole, 0 where there is none.
    pub fn largest(&self) -> u64 {
        self.largest
    }

    /// The lowest hole of at least `size`.
    pub fn first(&self, size: u64) -> Option<Hole> {
        if self.largest < size { None } else { self.root.first_from(0, size) }
    }

    /// The lowest hole of at least `size` among those that start at or above `address`.
    pub fn first_from(&self, address: u64, size: u64) -> Option<Hole> {
        if self.largest < size { None } else { self.root.first_from(address, size) }
    }

    /// Puts `hole` where the one that starts at `start` stood; it must keep that one's rank among the addresses.
    pub fn replace(&mut self, start: u64, hole: Hole) {
        self.largest = self.root.replace(start, hole, self.largest);
    }

    /// Inserts a hole that overlaps no other.
    pub fn insert(&mut self, hole: Hole) {
        if let Some(upper) = self.root.insert(hole) {
            let lower = Child::of(std::mem::replace(&mut self.root, Node::Leaf(Vec::new())));
            self.root = Node::Inner(vec![lower, upper]);
        }
        self.largest = self.largest.max(hole.size);
    }

    /// Removes the hole that starts at `start`.
    pub fn remove(&mut self, start: u64) {
        self.largest = self.root.remove(start, self.largest);
        while let Node::Inner(children) = &mut self.root {
            match children.len() {
                0 => self.root = Node::Leaf(Vec::new()),
                1 => self.root = *children.remove(0).node,
                _ => return,
            }
        }
    }
}

impl Child {
    fn of(node: Node) -> Child {
        Child { first: node.first(), largest: node.largest(), node: Box::new(node) }
    }
}

impl Node {
    fn first(&self) -> u64 {
        match self {
            Node::Leaf(holes) => holes.first().map_or(0, |hole| hole.start),
            Node::Inner(children) => children.first().map_or(0, |child| child.first),
        }
    }

    fn lowest(&self) -> Option<Hole> {
        match self {
            Node::Leaf(holes) => holes.first().copied(),
            Node::Inner(children) => children.first()?.node.lowest(),
        }
    }

    fn last(&self) -> Option<Hole> {
        match self {
            Node::Leaf(holes) => holes.last().copied(),
            Node::Inner(children) => children.last()?.node.last(),
        }
    }

    fn largest(&self) -> u64 {
        match self {
            Node::Leaf(holes) => holes.iter().map(|hole| hole.size).max().unwrap_or(0),
            Node::Inner(children) => children.iter().map(|child| child.largest).max().unwrap_or(0),
        }
    }

    fn visit(&self, see: &mut dyn FnMut(Hole)) {
        match self {
            Node::Leaf(holes) => holes.iter().for_each(|hole| see(*hole)),
            Node::Inner(children) => children.iter().for_each(|child| child.node.visit(see)),
        }
    }

    fn first_from(&self, address: u64, size: u64) -> Option<Hole> {
        match self {
            Node::Leaf(holes) => {
                let from = holes.partition_point(|hole| hole.start < address);
                holes[from..].iter().find(|hole| hole.size >= size).copied()
            }
            Node::Inner(children) => {
                let from = slot_of(children, address);
                let mut fitting = children[from..].iter().filter(|child| child.largest >= size);
                // Only the first of them may hold its large enough ones below `address`.
                fitting.find_map(|child| child.node.first_from(address, size))
            }
        }
    }

    /// Replaces a hole; `largest` is the largest size so far, and what is returned is the one after.
    fn replace(&mut self, start: u64, hole: Hole, largest: u64) -> u64 {
        let (old, new) = match self {
            Node::Leaf(holes) => {
                let slot = holes.partition_point(|other| other.start < start);
                let Some(place) = holes.get_mut(slot) else { return largest };
                (std::mem::replace(place, hole).size, hole.size)
            }
            Node::Inner(children) => {
                let slot = slot_of(children, start);
                let child = &mut children[slot];
                let old = child.largest;
                child.largest = child.node.replace(start, hole, old);
                child.first = child.node.first();
                (old, child.largest)
            }
        };
        self.largest_after(largest, old, new)
    }

    /// The largest size after one of `old` became one of `new`: looks through the node only if the largest has gone.
    fn largest_after(&self, largest: u64, old: u64, new: u64) -> u64 {
        if new >= largest {
            new
        } else if old == largest {
            self.largest()
        } else {
            largest
        }
    }

    /// Inserts a hole; returns the upper half where the node had to split.
    fn insert(&mut self, hole: Hole) -> Option<Child> {
        match self {
            Node::Leaf(holes) => {
                holes.insert(holes.partition_point(|other| other.start < hole.start), hole);
                (holes.len() > WIDTH).then(|| Child::of(Node::Leaf(holes.split_off(WIDTH / 2))))
            }
            Node::Inner(children) => {
                let slot = slot_of(children, hole.start);
                let child = &mut children[slot];
                child.first = child.first.min(hole.start);
                match child.node.insert(hole) {
                    None => child.largest = child.largest.max(hole.size),
                    Some(upper) => {
                        child.largest = child.node.largest();
                        children.insert(slot + 1, upper);
                    }
                }
                (children.len() > WIDTH).then(|| Child::of(Node::Inner(children.split_off(WIDTH / 2))))
            }
        }
    }

    /// Removes a hole; `largest` is the largest size so far, and what is returned is the one after: 0 where the node is
    /// empty.
    fn remove(&mut self, start: u64, largest: u64) -> u64 {
        let (old, new) = match self {
            Node::Leaf(holes) => {
                let slot = holes.partition_point(|hole| hole.start < start);
                if slot == holes.len() {
                    return largest;
                }
                (holes.remove(slot).size, 0)
            }
            Node::Inner(children) => {
                let slot = slot_of(children, start);
                let child = &mut children[slot];
                let old = child.largest;
                child.largest = child.node.remove(start, old);
                child.first = child.node.first();
                let new = child.largest;
                if new == 0 {
                    children.remove(slot);
                }
                (old, new)
            }
        };
        self.largest_after(largest, old, new)
    }
}

/// The child in which a hole that starts at `address` belongs.
fn slot_of(children: &[Child], address: u64) -> usize {
    children.partition_point(|child| child.first <= address).saturating_sub(1)
}
