//! Named random streams: one for each (purpose, entity) of a replication.
//!
//! The generator is xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
//! 47(4), 2021), seeded through SplitMix64 as its authors advise. Both are written out here, forty lines in all,
//! since a result must not change when a dependency does: `rand` reserves the right to give its small generator
//! another algorithm in any release. The period is 2^256-1, the state 32 bytes, a draw costs about a nanosecond.
//!
//! A stream starts at a point that is a hash of (seed, purpose, entity): 128 bits, so that two of 2^40 streams
//! share a start with a chance below 2^-48, and two that start apart overlap with a chance far below that.

use rand::TryRng;
use std::convert::Infallible;

/// The family of streams of one replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// The streams of the replication with this seed.
    pub fn new(seed: u64) -> Streams {
        Streams { seed }
    }

    /// The stream for `purpose` (say, "arrivals") of `entity` (say, the number of a job), at its start.
    ///
    /// Equal arguments give equal streams; to go on with a stream, keep it.
    pub fn stream(&self, purpose: &str, entity: u64) -> Stream {
        let left = digest(self.seed, purpose, entity);
        let right = digest(self.seed ^ 0x6A09_E667_F3BC_C908, purpose, entity);
        let (mut left, mut right) = (SplitMix64(left), SplitMix64(right));
        Stream::from_state([left.next(), right.next(), left.next(), right.next()])
    }
}

/// Absorbs seed, text and entity in words of eight bytes, one full mixing a word; the length ends the text, so that
/// no two arguments feed the same words.
fn digest(seed: u64, purpose: &str, entity: u64) -> u64 {
    let mut hash = mix(seed ^ 0x243F_6A88_85A3_08D3);
    for chunk in purpose.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = absorb(hash, u64::from_le_bytes(word));
    }
    absorb(absorb(hash, purpose.len() as u64), entity)
}

fn absorb(hash: u64, word: u64) -> u64 {
    mix(hash.rotate_left(23).wrapping_add(GOLDEN) ^ word)
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of SplitMix64: a bijection in which every input bit moves about half of the output bits.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }
}

/// A random stream; also a generator for `rand` and its distributions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    state: [u64; 4],
}

impl Stream {
    /// The all-zero state is the one fixed point of the generator, and is replaced.
    fn from_state(state: [u64; 4]) -> Stream {
        Stream { state: if state == [0; 4] { [GOLDEN; 4] } else { state } }
    }

    /// The next 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number in [0, 1), a multiple of 2^-53.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A number in (0, 1], for logarithms and negative powers.
    #[inline]
    pub fn uniform_positive(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A whole number in 0 .. `n`, all equally likely; 0 if `n` is 0.
    ///
    /// Multiplies instead of dividing, and rejects the few draws that would favour some numbers (Lemire, "Fast
    /// random integer generation in an interval", ACM TOMACS 29(1), 2019).
    #[inline]
    pub fn index(&mut self, n: usize) -> usize {
        let n = n as u64;
        let mut product = u128::from(self.bits()) * u128::from(n);
        if (product as u64) < n {
            let reject = n.wrapping_neg() % n;
            while (product as u64) < reject {
                product = u128::from(self.bits()) * u128::from(n);
            }
        }
        (product >> 64) as usize
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.bits().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn xoshiro256_plus_plus_gives_its_published_sequence() {
        // From the reference implementation with the state 1, 2, 3, 4.
        let mut stream = Stream::from_state([1, 2, 3, 4]);
        let drawn: Vec<u64> = (0..6).map(|_| stream.bits()).collect();
        let published =
            [41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205, 9973669472204895162];
        assert_eq!(drawn, published);
    }

    #[test]
    fn splitmix64_gives_its_published_sequence() {
        // From the reference implementation with the seed 1234567.
        let mut seeder = SplitMix64(1234567);
        let drawn: Vec<u64> = (0..3).map(|_| seeder.next()).collect();
        assert_eq!(drawn, [6457827717110365317, 3203168211198807973, 9817491932198370423]);
    }

    #[test]
    fn streams_depend_on_each_of_seed_purpose_and_entity() {
        let mut starts = BTreeSet::new();
        for seed in 0..8 {
            for purpose in ["", "a", "b", "ab", "a\0", "arrivals", "arrivals2", "arrivals of jobs"] {
                for entity in (0..8).chain([1 << 32, u64::MAX]) {
                    starts.insert(Streams::new(seed).stream(purpose, entity).bits());
                }
            }
        }
        assert_eq!(starts.len(), 8 * 8 * 10);
    }

    #[test]
    fn a_draw_on_one_stream_moves_no_other() {
        let streams = Streams::new(7);
        let expected = streams.stream("sizes", 2).bits();
        let mut other = streams.stream("sizes", 1);
        other.bits();
        assert_eq!(streams.stream("sizes", 2).bits(), expected);
    }

    #[test]
    fn first_draws_of_neighbouring_streams_are_uniform_and_uncorrelated() {
        let streams = Streams::new(1);
        let first: Vec<f64> = (0..100_000).map(|entity| streams.stream("x", entity).uniform()).collect();
        let n = first.len() as f64;
        let mean = first.iter().sum::<f64>() / n;
        let lagged = first.windows(2).map(|pair| (pair[0] - 0.5) * (pair[1] - 0.5)).sum::<f64>() / n * 12.0;
        assert!((mean - 0.5).abs() < 5.0 / (12.0 * n).sqrt(), "mean {mean}");
        assert!(lagged.abs() < 5.0 / n.sqrt(), "correlation {lagged}");
    }

    #[test]
    fn indices_cover_their_range_evenly() {
        let mut stream = Streams::new(3).stream("index", 0);
        let mut seen = [0u32; 10];
        for _ in 0..100_000 {
            seen[stream.index(10)] += 1;
        }
        assert!(seen.iter().all(|&count| (9_500..10_500).contains(&count)), "{seen:?}");
        assert_eq!((stream.index(0), stream.index(1)), (0, 0));
    }

    #[test]
    fn rand_draws_from_the_same_bits() {
        use rand::Rng;
        let (mut ours, mut theirs) = (Streams::new(5).stream("x", 0), Streams::new(5).stream("x", 0));
        assert_eq!(theirs.next_u64(), ours.bits());
        let mut bytes = [0; 11];
        theirs.fill_bytes(&mut bytes);
        assert_eq!(bytes[..8], ours.bits().to_le_bytes());
    }
}
