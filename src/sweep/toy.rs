//! A run that takes no time, for tests: throughput has its maximum at 3 GiB and noise that all cells share.

use super::{Axis, AxisKind, Cell, Meta, Order, Outcome, RowSink, RunKey, RunOutput};
use super::{SinkError, Status, Stop, Sweep, Work, sweep};
use crate::base::Bytes;
use crate::metrics::{ColumnId, Record, SeriesRow, columns, series};
use crate::stats::Histogram;

#[derive(Clone, Default)]
pub(crate) struct Toy {
    pub panics_at: Option<usize>,
    pub stops_at: Option<(usize, Stop)>,
    pub ooms_at: Option<usize>,
}

impl Work for Toy {
    fn run(&self, key: RunKey) -> RunOutput {
        if self.panics_at == Some(key.index) {
            panic!("toy fault in run {}", key.index);
        }
        if let Some((_, stop)) = self.stops_at.as_ref().filter(|(index, _)| *index == key.index) {
            stop.request();
        }
        let noise = (key.seed % 1000) as f64 / 1000.0;
        let own = ((key.seed >> 20) ^ (key.cell as u64 * 77)) % 100;
        let mut record = Record::default();
        record.set(columns::THROUGHPUT, 100.0 - (key.cell as f64 - 2.0).powi(2) + 10.0 * noise + own as f64 / 100.0);
        record.set(columns::LATENCY_MEAN, 1.0 / (key.cell as f64 + 3.0));
        record.set(columns::WARM_UP_REACHED, 1.0);
        let ticks = (0..3).map(|tick| {
            let mut row = SeriesRow::at(f64::from(tick) * 0.1);
            row.set(series::HEAP_LIVE, 1e9 * noise);
            row
        });
        let mut pauses = Histogram::default();
        pauses.push(0.01 * (1.0 + noise));
        pauses.push(0.01 * (1 + key.cell) as f64);
        let status = if self.ooms_at == Some(key.index) { Status::Oom } else { Status::Ok };
        let histograms = vec![("gc_pause_s".to_string(), pauses.buckets())];
        RunOutput { status, record, series: ticks.collect(), histograms }
    }
}

/// A sweep of one policy over heaps of 1, 2, … GiB.
pub(crate) fn meta(heaps: usize, replications: u32) -> Meta {
    let axis = |key: &str, kind| Axis { key: key.into(), kind };
    let cell = |heap: usize| Cell {
        values: vec!["plain".into(), format!("{} GiB", heap + 1)],
        ablation: crate::scenario::Ablation::None,
        heap_per_core: Bytes::gib(heap as u64 + 1),
        cores: 1.0,
        heap: Bytes::gib(heap as u64 + 1),
    };
    Meta {
        name: "toy".into(),
        title: "A toy".into(),
        seed: 7,
        replications,
        precision: None,
        objective: ColumnId::find("throughput_records_per_s_mean").unwrap(),
        bounds: vec!["oracle".into()],
        axes: vec![axis("policies.allocation", AxisKind::Policy), axis("groups.workers.task_heap", AxisKind::Heap)],
        cells: (0..heaps).map(cell).collect(),
    }
}

impl RowSink for Vec<usize> {
    fn accept(&mut self, key: &RunKey, _: &RunOutput) -> Result<(), SinkError> {
        self.push(key.index);
        Ok(())
    }
}

/// The whole sweep on one thread, kept nowhere.
pub(crate) fn carried_out(meta: &Meta, toy: &dyn Work, stop: &Stop) -> Outcome {
    let how = Sweep { meta, threads: 1, order: Order::Forward, stop, quiet: true };
    sweep(toy, &how, Vec::new(), &mut Vec::<usize>::new()).unwrap()
}
