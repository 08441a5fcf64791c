//! The steps, one file each. A new one is its file, its line below, and its name in [`Step`]: the build asks for all three.

use crate::base::RequestId;
use crate::scenario::sections::Step;
use crate::sim::world::World;

/// How far a step has brought a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has done what it can, or nothing: the request asks again, and else goes on to the next step.
    Over,
    /// It takes time, or the request has ended: somebody else takes the matter up.
    Busy,
    /// The request is refused.
    Refused,
}

macro_rules! steps {
    ($($module:ident: $step:ident,)*) => {
        $(mod $module;)*

        /// Carries a step out for a request.
        pub fn carry_out(step: Step, world: &mut World<'_>, request: RequestId) -> Outcome {
            match step {
                $(Step::$step => $module::step(world, request),)*
            }
        }
    };
}

steps! {
    evict: Evict,
    compact: Compact,
    spill: Spill,
    wait: Wait,
    migrate: Migrate,
    request: Request,
    fail: Fail,
}
