//! Measurements that are part of the program; `calibration/README.md` states origin and licence.

/// A dataset's name, the file that it is called by, and its bytes.
type Sample = (&'static str, &'static str, &'static [u8]);

static SAMPLES: &[Sample] =
    &[("heap-curves", "calibration/gc_heap_curves.csv", include_bytes!("../../../calibration/gc_heap_curves.csv"))];

/// The measurements of `dataset` that travel with the program, under the name of their file; `None` where none do.
pub fn sample(dataset: &str) -> Option<(&'static str, &'static [u8])> {
    SAMPLES.iter().find(|sample| sample.0 == dataset).map(|sample| (sample.1, sample.2))
}
