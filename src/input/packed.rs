//! Plain and gzip bytes, told apart by the first two.

use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};

const BUFFER: usize = 1 << 18;

/// What `input` holds, unpacked where it is gzip (several members in a row, too). Any fault of the decompressor reads
/// as [`io::ErrorKind::UnexpectedEof`], so that it is not taken for one of the file system.
pub fn unpacked<'a>(mut input: impl BufRead + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    match input.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        true => Ok(Box::new(BufReader::with_capacity(BUFFER, Unzip(MultiGzDecoder::new(input))))),
        false => Ok(Box::new(input)),
    }
}

struct Unzip<R>(MultiGzDecoder<R>);

impl<R: BufRead> Read for Unzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => io::Error::new(io::ErrorKind::UnexpectedEof, error),
        })
    }
}
