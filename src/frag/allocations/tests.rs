//! Formats, faults and what a lenient reader makes of them.

use super::*;
use crate::base::SimTime;
use crate::base::testing::data;
use crate::input::Fault;

fn read_as(text: &str, how: Reading) -> Result<Recording, Faults> {
    let bytes: &'static [u8] = Box::leak(text.as_bytes().to_vec().into_boxed_slice());
    read(&Input::from_bytes("t.csv", bytes), how)
}

fn acts(text: &str) -> Vec<(u64, u32, Act)> {
    let recording = read_as(text, Reading::default()).unwrap_or_else(|faults| panic!("{faults}"));
    recording.ops().map(|op| (op.at.0, op.slot, op.act)).collect()
}

const A: fn(u64) -> Act = |bytes| Act::Allocate(Bytes(bytes));

#[test]
fn all_formats_are_known_by_their_first_line() {
    let wanted = [(0, 0, A(10)), (1, 1, A(20)), (2, 0, Act::Free), (3, 1, Act::Free)];
    for text in [
        "alloc,7,10\nalloc,8,20\nfree,7\nfree,8\n",
        "alloc,id,bytes\nalloc,7,10\nalloc,8,20\nfree,7\nfree,8,\n",
        "op,id,size_bytes\na,7,10\na,8,20\nf,7,\nf,8,\n",
        "id,op,bytes\r\n0x7,alloc,10\r\n8, alloc ,20\r\n\r\n7,free,\r\n8,free,\r\n",
    ] {
        assert_eq!(acts(text), wanted, "{text}");
    }
    let timed = [(500_000_000, 0, A(10)), (500_000_000, 1, A(20)), (2_000_000_000, 0, Act::Free)];
    for text in [
        "0.5,alloc,7,10\n0.5,alloc,8,20\n2,free,7\n",
        "alloc,7,10,0.5\nalloc,8,20,0.5\nfree,7,,2\n",
        "time_s,op,id,bytes\n0.5,alloc,7,10\n0.5,alloc,8,20\n2,free,7,\n",
    ] {
        assert_eq!(acts(text), timed, "{text}");
    }
    // Ends come before beginnings at the same time, so one slot serves both.
    let lifetimes = "id,lower,upper,size\n1,5,9,20\n0,2,5,10\n";
    assert_eq!(acts(lifetimes), [(2, 0, A(10)), (5, 0, Act::Free), (5, 0, A(20)), (9, 0, Act::Free)]);
}

#[test]
fn a_resize_keeps_its_slot_and_one_of_nothing_allocates() {
    let text = "op,id,size_bytes\nr,0,16\nf,-1,\nr,0,40\na,1,4\nr,0,8\nf,0,\na,0,3\n";
    let resize = |bytes| Act::Resize(Bytes(bytes));
    let wanted = [(0, A(16)), (0, resize(40)), (1, A(4)), (0, resize(8)), (0, Act::Free), (0, A(3))];
    let recording = read_as(text, Reading::default()).unwrap();
    assert_eq!(recording.ops().map(|op| (op.slot, op.act)).collect::<Vec<_>>(), wanted);
    let told = (recording.most_live().0, recording.largest().0, recording.allocations(), recording.left());
    assert_eq!((told, recording.null_frees, recording.slots()), ((44, 40, 3, 2), 1, 2));
    assert_eq!((recording.mean(), recording.span()), (Bytes(8), (SimTime(0), SimTime(6))));
}

#[test]
fn a_lost_free_leaves_its_block_and_all_times_alone() {
    let text = "op,id,size_bytes\na,0,16\nf,0,\na,1,4\nr,1,8\nf,1,\na,2,2\nf,2,\n";
    let whole = read_as(text, Reading::default()).unwrap();
    let mut lost = [true, false, true].into_iter();
    let (trace, sum) = whole.leaking(|| lost.next().unwrap());
    let told: Vec<(u64, u32, Act)> = trace.ops().map(|op| (op.at.0, op.slot, op.act)).collect();
    let wanted = [(0, 0, A(16)), (2, 1, A(4)), (3, 1, Act::Resize(Bytes(8))), (4, 1, Act::Free), (5, 1, A(2))];
    assert_eq!(told, wanted);
    assert_eq!(sum, Lost { frees: 3, blocks: 2, bytes: 18 });
    assert_eq!((trace.most_live(), trace.left(), trace.span()), (Bytes(24), 2, whole.span()));
    let (same, none) = whole.leaking(|| false);
    assert_eq!((same.ops().collect::<Vec<_>>(), none.blocks), (whole.ops().collect(), 0));
}

#[test]
fn consumers_are_numbered_as_they_come() {
    let text = "op,id,bytes,consumer\nalloc,1,5,join\nalloc,2,5,sort\nfree,1,,\nalloc,3,5,join\n";
    let recording = read_as(text, Reading::default()).unwrap();
    let of: Vec<u16> = recording.ops().filter(|op| op.act != Act::Free).map(|op| op.consumer).collect();
    assert_eq!((of, recording.consumers), (vec![0, 1, 0], vec!["join".to_string(), "sort".into()]));
}

const BAD: &str = "alloc,1,10,0\nfree,2,,1\nalloc,1,5,1\nfree,1,,2\nfree,1,,3\nalloc,3,0,3\nfree,3,,3\nalloc,4,200,3\n\
    alloc,5,1,2\nalloc,6,x,4\nfree,6,,4\nsteal,7,1,4\nalloc,-8,1,4\nresize,1,9,4\nalloc,9,1,\n";

#[test]
fn every_fault_is_told_with_line_column_and_value() {
    let how = Reading { memory: Some(Bytes(100)), lenient: false };
    let faults = read_as(BAD, how).unwrap_err();
    let told: Vec<(u64, &str, &str, Fault)> =
        faults.shown.iter().map(|one| (one.line, one.column, one.found.as_str(), one.fault)).collect();
    let wanted = [
        (2, "id", "2", Fault::Order),
        (3, "id", "1", Fault::Order),
        (5, "id", "1", Fault::Order),
        (6, "bytes", "0", Fault::Value),
        (8, "bytes", "200", Fault::Value),
        (9, "time_s", "2", Fault::Backwards),
        (10, "bytes", "x", Fault::Value),
        (12, "op", "steal", Fault::Value),
        (13, "id", "-8", Fault::Value),
        (14, "id", "1", Fault::Order),
        (15, "time_s", "", Fault::Value),
    ];
    assert_eq!(told, wanted);
    let text = faults.to_string();
    for part in ["t.csv, line 2", "never allocated", "freed already", "100 bytes", "at least 3 s", "at least 1 byte"] {
        assert!(text.contains(part), "{text} lacks {part}");
    }
}

#[test]
fn a_lenient_reader_counts_and_goes_on() {
    let recording = read_as(BAD, Reading { memory: Some(Bytes(100)), lenient: true }).unwrap();
    let sizes: Vec<Act> = recording.ops().map(|op| op.act).collect();
    assert_eq!(sizes, [A(10), Act::Free, A(200), A(1)]);
    let told = recording.oddities.clone();
    let wanted = [
        (Oddity::Unreadable, 4, 10),
        (Oddity::FreeOfUnknown, 1, 2),
        (Oddity::FreedAgain, 1, 5),
        (Oddity::ResizedAfterFree, 1, 14),
        (Oddity::ZeroBytes, 1, 6),
        (Oddity::LargerThanMemory, 1, 8),
        (Oddity::AllocatedTwice, 1, 3),
        (Oddity::Backwards, 1, 9),
    ];
    assert_eq!(told, wanted);
}

#[test]
fn faulty_lifetimes_and_unknown_headers_are_refused() {
    let faults = read_as("id,lower,upper,size\n1,5,5,20\n1,2,y,0\n2,1,3,0\n3,1,2,4\n3,2,3,4\n", Reading::default());
    let told: Vec<(u64, &str)> = faults.unwrap_err().shown.iter().map(|one| (one.line, one.column)).collect();
    assert_eq!(told, [(2, "upper"), (3, "upper"), (4, "size"), (6, "id")]);
    for (text, fault) in [
        ("", Fault::Empty),
        ("op,id,size_bytes\n", Fault::Empty),
        ("free,id\n", Fault::Value),
        ("1,2,3\n", Fault::Header),
        ("job,time\n1,2\n", Fault::Header),
    ] {
        assert_eq!(read_as(text, Reading::default()).unwrap_err().shown[0].fault, fault, "{text}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_does_and_cells_may_be_quoted() {
    for end in ["\n", "\r\n"] {
        let text =
            ["\u{feff}OP,\"id\",Size_Bytes", "", "  ", "\"a\",\"1\", 5 ", "", "x,1,5", "f,1,,,", "f,7"].join(end);
        let faults = read_as(&text, Reading::default()).unwrap_err();
        let told: Vec<(u64, &str)> = faults.shown.iter().map(|one| (one.line, one.column)).collect();
        assert_eq!(told, [(6, "op"), (8, "id")]);
    }
}

#[test]
fn cells_that_no_column_names_are_faults() {
    for text in ["op,id,size_bytes\na,1,5,9\n", "alloc,1,5\nfree,1,,9\n", "id,lower,upper,size\n1,2,3,4,9\n"] {
        let faults = read_as(text, Reading::default()).unwrap_err();
        let told = &faults.shown[0];
        assert!(told.found == "9" && told.expected.starts_with("no more than"), "{faults}");
    }
    let told = read_as("op;id;bytes\na;1;5\n", Reading::default()).unwrap_err().to_string();
    assert!(told.contains("divided by commas"), "{told}");
}

#[test]
fn numbers_without_sense_are_refused_by_the_name_of_their_column() {
    let text = "event,id,size_bytes,time\nalloc,1,18446744073709551615,0\nalloc,-2,1,0\nalloc,0x+5,1,0\nalloc,0xFf,1,0\n\
        free,255,,0\nalloc,4,1e3,0\nalloc,5,5 KiB,0\nalloc,6,1,nan\nalloc,7,1,1e99\nalloc,18446744073709551616,1,1\n";
    let faults = read_as(text, Reading::default()).unwrap_err();
    let told: Vec<(u64, &str)> = faults.shown.iter().map(|one| (one.line, one.column)).collect();
    let (bytes, id, time) = ("size_bytes", "id", "time");
    assert_eq!(told, [(2, bytes), (3, id), (4, id), (7, bytes), (8, bytes), (9, time), (10, time), (11, id)]);
}

#[test]
fn more_than_a_pebibyte_is_never_live() {
    let most = (1u64 << 48) - 1;
    let plans: String = (0..6).map(|id| format!("{id},0,9,{most}\n")).collect();
    let rows: String = (0..6).map(|id| format!("a,{id},{most}\n")).collect();
    for text in [format!("op,id,size_bytes\n{rows}f,0,\nf,5,\n"), format!("id,lower,upper,size\n{plans}")] {
        let faults = read_as(&text, Reading::default()).unwrap_err();
        assert_eq!(faults.shown.iter().map(|one| one.line).collect::<Vec<_>>(), [6, 7], "{faults}");
        let left = read_as(&text, Reading { lenient: true, memory: None }).unwrap();
        assert_eq!((left.oddities.clone(), left.allocations()), (vec![(Oddity::TooMuchLive, 2, 6)], 4));
    }
}

#[test]
fn faults_beyond_the_limit_are_counted() {
    let text: String = (0..50).map(|id| format!("free,{id}\n")).collect();
    let faults = read_as(&text, Reading::default()).unwrap_err();
    assert_eq!((faults.shown.len(), faults.more), (20, 30));
    assert!(faults.to_string().contains("30 more faults"));
}

/// Reads the trace at `path` whole and compares rows (where they are known), frees of nothing, peak and largest block, counted apart
/// from this code.
fn assert_whole(path: &str, allocations: Option<u64>, [null, peak, largest]: [u64; 3]) {
    let path = data(path);
    let input = Input::resolve(path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap()).unwrap();
    let recording = read(&input, Reading::default()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!((recording.most_live().0, recording.largest().0), (peak, largest), "{path:?}");
    assert_eq!(recording.null_frees, null);
    allocations.into_iter().for_each(|count| assert_eq!(recording.allocations(), count));
}

#[test]
fn the_plan_that_travels_with_the_project_is_read_whole() {
    assert_whole("scenarios/traces/minimalloc_A.1048576.csv", Some(154), [0, 1_048_576, 656_384]);
}

#[test]
#[ignore = "needs the shared data: traces/malloc-ops"]
fn shared_data_recorded_traces_are_read_whole() {
    assert_whole("../shared/traces/malloc-ops/mutt.csv.gz", None, [0, 652_723, 32_640]);
    assert_whole("../shared/traces/malloc-ops/pulseaudio.csv.gz", None, [274, 232_221, 32_808]);
}
