//! Lists that are looked into by the id of an entity, and by no other number.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use super::ids::Id;

/// One element an entity, in the order of their ids.
#[derive(Clone, Debug)]
pub struct ById<I, T> {
    list: Vec<T>,
    id: PhantomData<I>,
}

impl<I, T> Default for ById<I, T> {
    fn default() -> ById<I, T> {
        ById { list: Vec::new(), id: PhantomData }
    }
}

impl<I, T> From<Vec<T>> for ById<I, T> {
    fn from(list: Vec<T>) -> ById<I, T> {
        ById { list, id: PhantomData }
    }
}

impl<I: Id, T> ById<I, T> {
    /// Adds the next entity, and tells its id.
    pub fn push(&mut self, element: T) -> I {
        self.list.push(element);
        I::at(self.list.len() - 1)
    }

    /// The id that the next entity will get.
    pub fn next_id(&self) -> I {
        I::at(self.list.len())
    }

    /// Entities so far.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The ids of all entities, in order. Borrows nothing.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.list.len()).map(I::at)
    }

    /// All elements, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.list.iter()
    }

    /// All elements, to change them.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.list.iter_mut()
    }

    /// All elements with their ids.
    pub fn entries(&self) -> impl Iterator<Item = (I, &T)> {
        self.list.iter().enumerate().map(|(index, element)| (I::at(index), element))
    }

    /// The element of an entity, if there is such a one.
    pub fn get(&self, id: I) -> Option<&T> {
        self.list.get(id.index())
    }

    /// All elements, for those who look at the whole.
    pub fn as_slice(&self) -> &[T] {
        &self.list
    }
}

impl<'a, I, T> IntoIterator for &'a ById<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> std::slice::Iter<'a, T> {
        self.list.iter()
    }
}

impl<I: Id, T> Index<I> for ById<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.list[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for ById<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.list[id.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::StationId;

    #[test]
    fn ids_are_given_in_order_and_find_their_elements() {
        let mut list: ById<StationId, char> = ById::default();
        assert_eq!(list.next_id(), StationId(0));
        assert_eq!([list.push('a'), list.push('b')], [StationId(0), StationId(1)]);
        list[StationId(0)] = 'c';
        assert_eq!((list[StationId(0)], list.get(StationId(2))), ('c', None));
        assert_eq!(list.ids().collect::<Vec<_>>(), [StationId(0), StationId(1)]);
        assert_eq!(list.entries().map(|(id, one)| (id.0, *one)).collect::<Vec<_>>(), [(0, 'c'), (1, 'b')]);
    }
}
