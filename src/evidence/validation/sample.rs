//! Measurements that are part of the program; the folders in `scenarios/` state origin and licence.

/// A dataset's name, the file that it is called by, and its bytes.
type Sample = (&'static str, &'static str, &'static [u8]);

macro_rules! samples {
    ($($dataset:literal $file:literal,)*) => {
        static SAMPLES: &[Sample] = &[$(($dataset, $file, include_bytes!(concat!("../../../", $file))),)*];
    };
}

samples! {
    "heap-curves" "scenarios/calibration/gc_heap_curves.csv",
    "gc-churn" "scenarios/measurements/gc_churn.csv",
    "flink-runs" "scenarios/measurements/flink_runs.csv",
}

/// The measurements of `dataset` that travel with the program, under the name of their file; `None` where none do.
pub fn sample(dataset: &str) -> Option<(&'static str, &'static [u8])> {
    SAMPLES.iter().find(|sample| sample.0 == dataset).map(|sample| (sample.1, sample.2))
}
