//! Registered parts of the simulator by name, for cases that exercise one of them alone.

use super::rows::Refusal;
use crate::base::{Args, Build, Bytes, Entry, Param, Value};
use crate::pool::{BLOCK_ALLOCATORS, Pool};
use crate::scenario::defaults;

/// The parameters given, and presets for all others.
fn args(params: &'static [Param], given: &[(&'static str, Value)]) -> Args {
    let mut args = defaults(params);
    given.iter().for_each(|(name, value)| args.set(name, value.clone()));
    args
}

fn entry<'a, B>(list: &[&'a Entry<B>], name: &str) -> Result<&'a Entry<B>, Refusal> {
    let found = list.iter().find(|entry| entry.name == name);
    found.copied().ok_or_else(|| Refusal::Unable(format!("nothing is registered as `{name}`")))
}

/// The member called `name`, with the parameters given and presets for all others.
///
/// # Errors
/// There is no such member, or the parameters make no sense to it.
pub fn part<T: ?Sized>(
    list: &[&Entry<Build<T>>],
    name: &str,
    given: &[(&'static str, Value)],
) -> Result<Box<T>, Refusal> {
    let entry = entry(list, name)?;
    (entry.build)(&args(entry.params, given)).map_err(Refusal::Parameters)
}

/// An empty pool of `units` bytes under the allocator called `name`, with the parameters given and presets for all others.
///
/// # Errors
/// There is no such allocator, or the parameters make no sense to it.
pub fn pool(name: &str, units: u64, given: &[(&'static str, Value)]) -> Result<Pool, Refusal> {
    let entry = entry(BLOCK_ALLOCATORS, name)?;
    pool_of(name, &args(entry.params, given), units)
}

/// An empty pool of `units` bytes under the allocator called `name`, with all parameters given.
///
/// # Errors
/// As [`pool`].
pub fn pool_of(name: &str, args: &Args, units: u64) -> Result<Pool, Refusal> {
    let allocator = (entry(BLOCK_ALLOCATORS, name)?.build)(args, Bytes(units)).map_err(Refusal::Parameters)?;
    Ok(Pool::new(Bytes(units), allocator))
}

/// A size of `count` bytes as the value of a parameter.
pub fn bytes(count: u64) -> Value {
    Value::Bytes(Bytes(count))
}
