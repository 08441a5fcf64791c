//! Mutations of bytes: flips, cuts, repeats, splices, and the texts that numbers go wrong on.

/// A small generator of its own, so that a seed names the same bytes for ever (SplitMix64, Steele et al. 2014).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Below `end`; 0 where `end` is 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Texts that readers of numbers, lines and brackets stumble over.
const AWKWARD: &[&[u8]] = &[
    b"-1",
    b"NaN",
    b"inf",
    b"1e999",
    b"-0",
    b"0",
    b"18446744073709551616",
    b"9223372036854775807",
    b"1e-320",
    b"0.0000000001",
    b"99999999999999999999999999999999999999",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\0",
    b"\r\n",
    b"\n",
    b"\n\n",
    b"\"",
    b"'",
    b"[[[[[[[[",
    b"]]",
    b"{{{{",
    b"}",
    b"(",
    b")",
    b"->",
    b",",
    b";",
    b":",
    b"=",
    b"%",
    b"K",
    b"M->",
    b"ms",
    b"secs",
    b"GC(",
    b"\xe2\x82\xac",
    b" ",
    b"\t",
    b"#",
    b"&a",
    b"*a",
    b"<<:",
    b"- - - -",
    b"---\n",
    b"T",
    b"g",
];

/// Pieces are no longer than this.
const PIECE: usize = 64;

/// One of `texts` after one to eight mutations.
pub fn mutated(dice: &mut Dice, texts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = texts[dice.below(texts.len())].to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + 1 + dice.below(PIECE)).min(bytes.len());
        match dice.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => bytes.truncate(at),
            5 => {
                let other = texts[dice.below(texts.len())];
                let from = dice.below(other.len() + 1);
                let piece = &other[from..(from + PIECE).min(other.len())];
                bytes.splice(at..end, piece.iter().copied());
            }
            // A number becomes another one.
            6 => {
                let digit = |place: &usize| bytes[*place].is_ascii_digit();
                let start = (at..bytes.len()).find(digit).unwrap_or(at);
                let end = (start..bytes.len()).find(|place| !digit(place)).unwrap_or(start);
                bytes.splice(start..end, AWKWARD[dice.below(11)].iter().copied());
            }
            _ => {
                bytes.splice(at..at, AWKWARD[dice.below(AWKWARD.len())].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn a_seed_names_the_same_bytes_and_seeds_differ() {
    let texts: &[&[u8]] = &[b"one two three", b"4 5 6"];
    let of = |seed| mutated(&mut Dice::new(seed), texts);
    assert_eq!(of(7), of(7));
    let mut all: Vec<Vec<u8>> = (0..200).map(of).collect();
    all.sort();
    all.dedup();
    assert!(all.len() > 150, "{}", all.len());
}
