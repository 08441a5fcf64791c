//! Damaged files: whatever the bytes, a source ends in order, without a panic and with at most one fault, its last
//! word.

use super::{Format, TRACES};
use crate::base::{Args, Entry, Kind, Preset, SimTime, Value};
use crate::input::Input;
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;

/// A small valid file of each format.
fn valid(format: &str) -> &'static str {
    match format {
        "heapwise-csv" => include_str!("../../../scenarios/traces/heapwise_sample.csv"),
        "alibaba-2017-batch" => {
            "create_s,end_s,job_id,instances,status,plan_cpu_centicores,plan_mem_norm\n\
             -5,30,1,4,Terminated,100,0.01\n7,7,1,2,Failed,50,0.02\n9,,2,1,Waiting,,\n"
        }
        "google-2011-jobs" => "job_id,day,time_s,cpu_pct,mem_pct\n1,2,0,5,6.5\n1,2,300,5,7\n2,1,600,50,70\n3,2,0,1,1\n",
        _ => {
            "task,workflow,process,start_s,duration_s,samples,peak_mem_mb,mem_limit_bytes,cpus\n\
             1,eager,bwa,0.5,4,2,10,1048576,2\n3,sarek,qc,0,,2,10,1048576,1\n"
        }
    }
}

/// Every parameter at a sensible value.
fn args(entry: &Entry<Format>) -> Args {
    let mut args = Args::default();
    for param in entry.params {
        let Preset::Is(text) = param.preset else { continue };
        let value = match param.kind {
            Kind::Bytes => Value::Bytes(text.parse().unwrap()),
            Kind::Span => Value::Span(text.parse().unwrap()),
            Kind::Number(..) => Value::Number(text.parse().unwrap()),
            Kind::List(_) => {
                Value::List(["Terminated", "Failed", "Waiting"].map(|word| Value::Text(word.into())).to_vec())
            }
            _ => Value::Text(text.into()),
        };
        args.set(param.name, value);
    }
    args
}

/// Streams `bytes` to the end and gives the number of events and whether a fault came.
fn stream(entry: &Entry<Format>, bytes: Vec<u8>) -> (usize, bool) {
    let input = Input::from_bytes("damaged", Box::leak(bytes.into_boxed_slice()));
    let Ok(mut source) = (entry.build.open)(&args(entry), input) else { return (0, true) };
    let (mut events, mut last) = (0, SimTime::ZERO);
    while let Some(event) = source.next_event() {
        let Ok(event) = event else {
            assert!(source.next_event().is_none());
            return (events, true);
        };
        assert!(event.at() >= last);
        (events, last) = (events + 1, event.at());
    }
    (events, false)
}

#[test]
fn the_undamaged_files_stream_plain_and_packed() {
    for (entry, events) in TRACES.iter().zip([6, 2, 3, 2]) {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(valid(entry.name).as_bytes()).unwrap();
        assert_eq!(stream(entry, packed.finish().unwrap()), (events, false), "{}", entry.name);
        assert_eq!(stream(entry, valid(entry.name).into()), (events, false), "{}", entry.name);
        let windows = valid(entry.name).replace('\n', "\r\n");
        assert_eq!(stream(entry, windows.into()), (events, false), "{}", entry.name);
    }
}

#[test]
fn a_file_without_line_ends_is_refused_before_it_fills_memory() {
    let mut bytes = valid("heapwise-csv").as_bytes().to_vec();
    bytes.resize(3 << 20, b'7');
    assert_eq!(stream(TRACES[0], bytes), (6, true));
}

#[test]
fn offsets_and_times_near_the_end_of_time_do_not_overflow() {
    let text = "job_id,day,time_s,cpu_pct,mem_pct\n1,18446744073709551615,86399,1e300,1e300\n1,1,0,1,1\n";
    let google = TRACES.iter().find(|entry| entry.name == "google-2011-jobs").unwrap();
    assert_eq!(stream(google, text.into()), (2, false));
    let text = "create_s,end_s,job_id,instances,status,plan_cpu_centicores,plan_mem_norm\n\
                -9223372036,9223372036,1,1,Terminated,1e300,1\n9223372036,9223372036,1,1,Terminated,1,1\n";
    let alibaba = TRACES.iter().find(|entry| entry.name == "alibaba-2017-batch").unwrap();
    let (events, fault) = stream(alibaba, text.into());
    assert!(fault && events == 0, "a duration beyond 292 years is a fault, not a wrong number: {events}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_changed_byte_or_a_cut_never_panics(
        which in 0..4usize, place in 0..400usize, byte: u8, cut: bool, packed: bool,
    ) {
        let mut bytes = valid(TRACES[which].name).as_bytes().to_vec();
        if packed {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&bytes).unwrap();
            bytes = encoder.finish().unwrap();
        }
        let place = place % bytes.len();
        bytes[place] = byte;
        if cut {
            bytes.truncate(place + 1);
        }
        stream(TRACES[which], bytes);
    }
}
