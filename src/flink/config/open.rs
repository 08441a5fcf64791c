//! From a path to text.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::MAX_BYTES;
use super::fault::ConfigFault;

/// What is said of a file above [`MAX_BYTES`].
pub const TOO_LARGE: &str = "larger than 8 MiB, which no configuration is: expected a Flink configuration";

/// The text of the file at `path`, which the user calls `file`.
///
/// # Errors
/// The file cannot be read, is a directory, is too large or is not UTF-8.
pub fn text(path: &Path, file: &str) -> Result<String, ConfigFault> {
    let fault = |line, message: String| ConfigFault { file: file.into(), line, message };
    if path.is_dir() {
        return Err(fault(None, "is a directory: expected a Flink configuration file in it to be named".into()));
    }
    let opened = File::open(path).map_err(|error| fault(None, format!("cannot be read: {error}")))?;
    text_of(opened, file)
}

/// The text that `source` holds, which the user calls `file`.
///
/// # Errors
/// It cannot be read, is too large or is not UTF-8.
pub fn text_of(source: impl Read, file: &str) -> Result<String, ConfigFault> {
    let fault = |line, message: String| ConfigFault { file: file.into(), line, message };
    let mut bytes = Vec::new();
    // One byte more than is allowed shows that there is more; a device may not end at all.
    let read = source.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| fault(None, format!("cannot be read: {error}")))?;
    if bytes.len() > MAX_BYTES {
        return Err(fault(None, TOO_LARGE.into()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let (bytes, at) = (error.as_bytes(), error.utf8_error().valid_up_to());
        let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let message = if wide { "UTF-16 text: expected UTF-8" } else { "not UTF-8 text: expected a configuration" };
        fault(Some(line_of(bytes, at)), message.into())
    })
}

/// The line, from 1, that holds the byte at `at`.
pub fn line_of(bytes: &[u8], at: usize) -> u32 {
    let breaks = bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let said = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            text(&path, name).map_err(|fault| fault.to_string())
        };
        assert_eq!(said("a", b"a: 1\n"), Ok("a: 1\n".into()));
        assert!(said("b", b"a: 1\nb: \xff\n").unwrap_err().starts_with("b:2: error: not UTF-8"));
        assert!(said("c", b"\xff\xfea\0").unwrap_err().contains("UTF-16"));
        assert!(said("d", &vec![b'#'; MAX_BYTES + 1]).unwrap_err().starts_with("d: error: larger than 8 MiB"));
        assert!(text(folder.path(), "dir").unwrap_err().message.starts_with("is a directory"));
        assert!(text(&folder.path().join("absent"), "x").unwrap_err().message.starts_with("cannot be read"));
    }
}
