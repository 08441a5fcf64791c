//! Rules of the sources that a machine can check: layers, sizes, names, registries.

mod layers;
mod names;
mod registries;
mod sizes;
mod source;
