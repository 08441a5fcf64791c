//! The time from the start of concurrent work to its end, put together from the pauses that the driver tells of.

/// Where the measuring stands; times in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Stopwatch {
    /// Nothing is measured.
    #[default]
    Stopped,
    /// The pause with which the work begins has not been told yet.
    Starting,
    /// So long since that pause.
    Running(f64),
    /// The pause that is told next is the last.
    Ending(f64),
}

impl Stopwatch {
    /// Work begins with the pause that is told next.
    pub fn start(&mut self) {
        *self = Stopwatch::Starting;
    }

    /// Work ends with the pause that is told next.
    pub fn end(&mut self) {
        if let Stopwatch::Running(time) = *self {
            *self = Stopwatch::Ending(time);
        }
    }

    /// Nothing is to be measured any more.
    pub fn stop(&mut self) {
        *self = Stopwatch::Stopped;
    }

    /// A pause ended, `seconds` after the one before; answers the whole time where it was the last.
    pub fn tick(&mut self, seconds: f64) -> Option<f64> {
        let (next, whole) = match *self {
            Stopwatch::Stopped => (Stopwatch::Stopped, None),
            Stopwatch::Starting => (Stopwatch::Running(0.0), None),
            Stopwatch::Running(time) => (Stopwatch::Running(time + seconds), None),
            Stopwatch::Ending(time) => (Stopwatch::Stopped, Some(time + seconds)),
        };
        *self = next;
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_measures_from_one_pause_to_another() {
        let mut watch = Stopwatch::default();
        assert_eq!(watch.tick(9.0), None);
        watch.start();
        assert_eq!((watch.tick(5.0), watch.tick(1.0)), (None, None));
        watch.end();
        assert_eq!((watch.tick(2.0), watch.tick(7.0)), (Some(3.0), None));
        watch.start();
        watch.end();
        watch.stop();
        assert_eq!(watch.tick(1.0), None);
    }
}
