//! Components with their sizes, while they are being derived.

use std::ops::{Index, IndexMut};

use super::component::{Component, Derivation};
use super::error::LayoutError;
use super::memory_size;
use crate::base::Bytes;

/// A size and how it came about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub size: Bytes,
    pub how: Derivation,
}

impl Part {
    pub fn rest(size: Bytes) -> Part {
        Part { size, how: Derivation::Rest }
    }
}

/// All components of a TaskManager while they are being derived.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts([Part; 8]);

impl Parts {
    /// What `listed` leave of `flink`, or the error that they exceed it.
    pub fn rest(&self, listed: &[Component], flink: Bytes) -> Result<Bytes, LayoutError> {
        let total = self.sum(listed)?;
        if total > flink {
            let parts = listed.iter().map(|c| (*c, self[*c].size)).collect();
            return Err(LayoutError::PartsExceedFlink { parts, flink });
        }
        Ok(flink - total)
    }

    /// The sum of `listed`.
    pub fn sum(&self, listed: &[Component]) -> Result<Bytes, LayoutError> {
        memory_size::sum(listed.iter().map(|c| self[*c].size)).ok_or(LayoutError::Overflow)
    }

    /// How each component came about, in order.
    pub fn derivations(&self) -> [Derivation; 8] {
        self.0.map(|part| part.how)
    }
}

impl Index<Component> for Parts {
    type Output = Part;
    fn index(&self, component: Component) -> &Part {
        &self.0[component as usize]
    }
}

impl IndexMut<Component> for Parts {
    fn index_mut(&mut self, component: Component) -> &mut Part {
        &mut self.0[component as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_is_exact_and_never_negative() {
        let mut parts = Parts::default();
        parts[Component::Network] = Part::rest(Bytes(7));
        assert_eq!(parts.rest(&Component::ALL, Bytes(7)), Ok(Bytes::ZERO));
        assert!(matches!(parts.rest(&Component::ALL, Bytes(6)), Err(LayoutError::PartsExceedFlink { .. })));
    }
}
