//! The nearest good values on a line of whole numbers, given a judge who says which way a bad value is wrong.
//!
//! Idea: steps that double lead away from the present value until the judge is content or changes his mind; bisection
//! then finds the edge. Because he says "too low" and "too high" and not only "bad", even a single good value between
//! two steps is found, as long as too low values lie below it and too high ones above.
//!
//! Departure: a way on which the judge says the same at both ends, or points back at the first step, is not searched;
//! good values in its middle, should there be any, are missed.

/// What is said of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It works.
    Good,
    /// A larger value may work.
    Low,
    /// A smaller value may work.
    High,
    /// No value works.
    Hopeless,
}

/// A way to go from the present value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// The good value nearest to `from` on the given way within 0 ..= `max`: its neighbour towards `from` is not good.
/// `from` itself counts as bad and is not asked for.
pub(super) fn nearest(from: i64, max: i64, way: Way, mut judge: impl FnMut(i64) -> Verdict) -> Option<i64> {
    let at = |step: i64| match way {
        Way::Up => from.saturating_add(step).min(max),
        Way::Down => from.saturating_sub(step).max(0),
    };
    let furthest = match way {
        Way::Up => max.saturating_sub(from),
        Way::Down => from,
    };
    let (overshot, behind) = if way == Way::Up { (Verdict::High, Verdict::Low) } else { (Verdict::Low, Verdict::High) };
    if furthest == 0 || judge(at(furthest)) == behind {
        return None;
    }
    let (mut bad, mut step, mut last) = (0, 1, None);
    while bad < furthest {
        step = step.min(furthest);
        let verdict = judge(at(step));
        let crossed = verdict == overshot && last == Some(behind);
        if verdict == Verdict::Good || crossed {
            let edge = first_not(bad, step, |step| judge(at(step)), if crossed { Some(behind) } else { None });
            return (judge(at(edge)) == Verdict::Good).then_some(at(edge));
        }
        if verdict == Verdict::Hopeless || verdict == overshot {
            return None;
        }
        (bad, last) = (step, Some(verdict));
        step = step.saturating_mul(2);
    }
    None
}

/// The first step in (`bad`, `end`] whose verdict is not `behind`, or, without one, the first good one.
fn first_not(mut bad: i64, mut end: i64, mut judge: impl FnMut(i64) -> Verdict, behind: Option<Verdict>) -> i64 {
    while end - bad > 1 {
        let middle = bad + (end - bad) / 2;
        let verdict = judge(middle);
        let stays = behind.map_or(verdict != Verdict::Good, |behind| verdict == behind);
        *if stays { &mut bad } else { &mut end } = middle;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: i64, high: i64) -> impl Fn(i64) -> Verdict {
        move |value| match value {
            _ if value < low => Verdict::Low,
            _ if value > high => Verdict::High,
            _ => Verdict::Good,
        }
    }

    #[test]
    fn edges_of_intervals_are_exact() {
        for (low, high) in [(1000, 2000), (1000, 1000), (101, i64::MAX)] {
            assert_eq!(nearest(100, i64::MAX, Way::Up, interval(low, high)), Some(low));
        }
        for (low, high) in [(10, 20), (20, 20), (0, 0), (99, 99)] {
            assert_eq!(nearest(100, i64::MAX, Way::Down, interval(low, high)), Some(high));
        }
        assert_eq!(nearest(100, 999, Way::Up, interval(1000, 2000)), None);
        assert_eq!(nearest(100, 999, Way::Down, interval(1000, 2000)), None);
    }

    #[test]
    fn contradictions_have_no_good_value() {
        let gap = |value| if value < 500 { Verdict::Low } else { Verdict::High };
        assert_eq!(nearest(100, i64::MAX, Way::Up, gap), None);
        assert_eq!(nearest(100, i64::MAX, Way::Up, |_| Verdict::Hopeless), None);
    }
}
