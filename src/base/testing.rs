//! Where tests find their data.

use std::path::{Path, PathBuf};

/// A file or folder by its path from the root of the repository. What begins with `../shared/` lies beside the
/// repository, and only tests ask for it that are ignored for that reason and whose names begin with `shared_data_`.
///
/// # Panics
/// It is absent: a test that finds nothing to look at must not pass.
#[track_caller]
pub fn data(path: &str) -> PathBuf {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    assert!(found.exists(), "{} is absent", found.display());
    found
}
