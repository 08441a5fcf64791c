//! Files as users have them: plain or gzip, lines of bounded length, tables whose columns are found by name.
//!
//! A fault names file, line, column, the value found and what was expected ([`InputError`]). What the rows mean is for
//! readers of traces and logs above.

mod error;
mod file;
mod lines;
mod packed;
mod table;

pub use error::{Fault, InputError};
pub use file::{Input, embedded_names};
pub use lines::{Line, Lines};
pub use packed::unpacked;
pub use table::{Columns, Row, Table, cannot_read, parse_digits, parse_secs};
