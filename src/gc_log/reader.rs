//! The pass over the lines: format, time, restarts, and the count of what became of every line.

use super::decorations::Decorated;
use super::event::Event;
use super::jdk8::{self, Jdk8};
use super::reading::{Clock, Format, Reading, Run, Unexplained};
use super::record::{Place, Record};
use super::sources;
use super::stamps::{self, Stamp};
use super::text::{Scan, readable};
use super::unified::{self, Unified};
use super::verdict::Verdict;
use crate::input::{Fault, InputError};
use crate::input::{Line, Lines};

/// The first unexplained lines are kept, this many.
const KEPT: usize = 10;

/// Lines that may come before one that tells the format.
const UNDECIDED: usize = 1000;

/// A time this far behind the one before is a restart, whatever else is known, seconds.
const FAR_BACK_S: f64 = 5.0;

/// Threads may print their lines out of order by this much, seconds.
const JITTER_S: f64 = 0.5;

enum Parser {
    Undecided(Vec<(Place, Vec<u8>, bool)>),
    Unified(Unified),
    Jdk8(Box<Jdk8>),
}

/// Reads the lines of all files, one after the other.
pub(super) struct Reader<'a> {
    record: Record<'a>,
    parser: Parser,
    reading: Reading,
    run: Run,
    first_wall_s: Option<f64>,
}

impl<'a> Reader<'a> {
    pub fn new(files: Vec<String>, sink: &'a mut dyn FnMut(Event)) -> Reader<'a> {
        let reading = Reading {
            files,
            format: Format::Unified,
            lines: 0,
            understood: 0,
            passed_over: 0,
            cut: 0,
            unexplained: 0,
            first_unexplained: Vec::new(),
            runs: Vec::new(),
        };
        Reader {
            record: Record::new(sink),
            parser: Parser::Undecided(Vec::new()),
            reading,
            run: Run::default(),
            first_wall_s: None,
        }
    }

    /// Reads one file to its end.
    pub fn file(&mut self, file: usize, mut lines: Lines) -> Result<(), InputError> {
        let name = self.reading.files.get(file).cloned().unwrap_or_default();
        self.record.place.file = file;
        loop {
            match lines.next_line() {
                Ok(Some(line)) => self.line(line).map_err(|fault| InputError { file: name.clone(), ..fault })?,
                Ok(None) => return Ok(()),
                Err(error) => return Err(sources::unreadable(&name, lines.count(), &error)),
            }
        }
    }

    fn line(&mut self, line: Line) -> Result<(), InputError> {
        self.record.place.line = line.number;
        self.reading.lines += 1;
        let text = line.text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line.text);
        if let Parser::Undecided(waiting) = &mut self.parser {
            if unified::is_unified(text) {
                self.decide(Format::Unified)?;
            } else if jdk8::is_jdk8(text) {
                self.decide(Format::Jdk8)?;
            } else if waiting.len() < UNDECIDED {
                waiting.push((self.record.place, text.to_vec(), line.is_whole));
                return Ok(());
            }
        }
        self.parse(text, line.is_whole)
    }

    /// The format is found: the lines before are read with it.
    fn decide(&mut self, format: Format) -> Result<(), InputError> {
        self.reading.format = format;
        let parser = match format {
            Format::Unified => Parser::Unified(Unified::default()),
            Format::Jdk8 => Parser::Jdk8(Box::default()),
        };
        let Parser::Undecided(waiting) = std::mem::replace(&mut self.parser, parser) else { return Ok(()) };
        let place = self.record.place;
        for (place, text, is_whole) in waiting {
            self.record.place = Place { run: self.record.place.run, ..place };
            self.parse(&text, is_whole)?;
        }
        self.record.place = Place { run: self.record.place.run, ..place };
        Ok(())
    }

    fn parse(&mut self, text: &[u8], is_whole: bool) -> Result<(), InputError> {
        let verdict = match self.reading.format {
            _ if matches!(self.parser, Parser::Undecided(_)) => Verdict::Unexplained,
            Format::Unified => {
                let decorated = Decorated::read(text);
                let at_s = self.time(decorated.stamp, unified::is_start(decorated.text));
                match &mut self.parser {
                    Parser::Unified(parser) => parser.line(&decorated, at_s, &mut self.record),
                    _ => Verdict::Unexplained,
                }
            }
            Format::Jdk8 => {
                let stamp = stamps::leading(&mut Scan::new(text));
                let at_s = self.time(stamp, false);
                match &mut self.parser {
                    Parser::Jdk8(parser) => parser.line(text, at_s, &mut self.record),
                    _ => Verdict::Unexplained,
                }
            }
        };
        self.count(verdict, text, is_whole)
    }

    fn count(&mut self, verdict: Verdict, text: &[u8], is_whole: bool) -> Result<(), InputError> {
        match verdict {
            Verdict::Understood => self.reading.understood += 1,
            Verdict::PassedOver => self.reading.passed_over += 1,
            Verdict::Unexplained => {
                self.check_format(text)?;
                if !is_whole || self.is_first_half(text) {
                    self.reading.cut += 1;
                    return Ok(());
                }
                self.reading.unexplained += 1;
                if self.reading.first_unexplained.len() < KEPT {
                    let Place { file, line, .. } = self.record.place;
                    self.reading.first_unexplained.push(Unexplained { file, line, text: readable(text, 200) });
                }
            }
        }
        Ok(())
    }

    /// The first line of a file may be the end of a line.
    fn is_first_half(&self, text: &[u8]) -> bool {
        self.record.place.line == 1 && Decorated::read(text).count == 0
    }

    fn check_format(&self, text: &[u8]) -> Result<(), InputError> {
        let (changed, expected) = match &self.parser {
            Parser::Unified(_) => (jdk8::is_jdk8(text), "unified logging (JDK 9 and later), as in the lines before"),
            Parser::Jdk8(_) => (unified::is_unified(text), "the logging of JDK 8, as in the lines before"),
            Parser::Undecided(_) => return Ok(()),
        };
        match changed {
            true => {
                let fault = InputError::of_file("", Fault::MixedFormats, expected).at(self.record.place.line);
                Err(fault.found(&readable(text, 200)))
            }
            false => Ok(()),
        }
    }

    /// The time of a line in seconds since the JVM started; begins a new run where it goes backwards.
    fn time(&mut self, stamp: Stamp, is_start: bool) -> Option<f64> {
        let now = self.now(stamp);
        if self.is_restart(now, stamp, is_start) {
            self.restart();
        }
        let now = self.now(stamp);
        if stamp.uptime_s.is_some() {
            self.run.clock = Clock::Uptime;
        } else if stamp.wall_s.is_some() {
            self.first_wall_s = self.first_wall_s.or(stamp.wall_s);
            if self.run.clock == Clock::None {
                self.run.clock = Clock::Date;
            }
        }
        if let Some(now) = now {
            self.run.first_s = self.run.first_s.or(Some(now));
            self.run.last_s = Some(self.run.last_s.map_or(now, |last| last.max(now)));
        }
        now
    }

    fn now(&self, stamp: Stamp) -> Option<f64> {
        // A log with uptimes may have lines with a date alone; their distance to the run's begin is not known.
        let by_date = || Some(stamp.wall_s? - self.first_wall_s.or(stamp.wall_s)?);
        stamp.uptime_s.or_else(|| by_date().filter(|_| self.run.clock != Clock::Uptime))
    }

    fn is_restart(&self, now: Option<f64>, stamp: Stamp, is_start: bool) -> bool {
        if is_start && self.record.events > 0 && stamp.uptime_s.is_none() {
            return true;
        }
        let (Some(now), Some(last)) = (now, self.run.last_s) else { return false };
        let back = last - now;
        back > FAR_BACK_S || (back > JITTER_S && now < last / 2.0) || (is_start && back > 0.0 && self.record.events > 0)
    }

    fn restart(&mut self) {
        self.end_run();
        let Place { file, line, run } = self.record.place;
        self.record.place.run = run + 1;
        self.run = Run { file, line, ..Run::default() };
        self.first_wall_s = None;
        self.parser = match self.reading.format {
            Format::Unified => Parser::Unified(Unified::default()),
            Format::Jdk8 => Parser::Jdk8(Box::default()),
        };
    }

    fn end_run(&mut self) {
        match &mut self.parser {
            Parser::Unified(parser) => parser.finish(&mut self.record),
            Parser::Jdk8(parser) => parser.finish(&mut self.record),
            Parser::Undecided(_) => {}
        }
        self.record.drain();
        let mut run = std::mem::take(&mut self.run);
        run.facts = std::mem::take(&mut self.record.facts);
        run.facts.conclude();
        run.stops = std::mem::take(&mut self.record.stops).sums;
        run.events = std::mem::take(&mut self.record.events);
        run.collections = std::mem::take(&mut self.record.collections);
        run.torn = std::mem::take(&mut self.record.torn);
        run.line = run.line.max(1);
        self.reading.runs.push(run);
    }

    /// All files are read.
    pub fn finish(mut self) -> Result<Reading, InputError> {
        let name = self.reading.files.first().cloned().unwrap_or_default();
        if self.reading.lines == 0 {
            return Err(InputError::of_file(&name, Fault::Empty, "lines of a garbage-collection log"));
        }
        self.end_run();
        if self.reading.runs.iter().all(|run| run.events == 0) {
            return Err(InputError::of_file(&name, Fault::NoCollections, "at least one collection"));
        }
        Ok(self.reading)
    }
}
