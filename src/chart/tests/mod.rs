//! Every chart, drawn from realistic and from degenerate tables.

mod fixture;

use super::*;
use fixture::{Sample, write};

const FULL: Sample = Sample { policies: 3, ablations: 5, cores: &[4, 8, 16], times: 600, crossed: false };

/// Draws everything, keeping the pictures below this directory if it is given: `HEAPWISE_CHARTS=dir cargo test chart`.
fn kept(name: &str, sample: Sample) -> Option<Vec<Drawn>> {
    let dir = Path::new(&std::env::var_os("HEAPWISE_CHARTS")?).join(name);
    std::fs::create_dir_all(&dir).unwrap();
    write(&dir, sample);
    Some(draw_all(&dir, &[]).unwrap())
}

#[test]
fn pictures_for_the_eye() {
    for (name, sample) in [
        ("one", Sample { policies: 1, ..FULL }),
        ("three", FULL),
        ("crossed", Sample { policies: 2, ablations: 1, crossed: true, ..FULL }),
        ("six", Sample { policies: 6, cores: &[4], ..FULL }),
    ] {
        if kept(name, sample).is_none() {
            println!("skipped: HEAPWISE_CHARTS is not set");
            return;
        }
    }
}
