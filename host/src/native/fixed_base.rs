//! Sums of many known points times scalars. Multiples of the points are tabled, so that all windows of a scalar share one
//! set of buckets; and points in a bucket are added in pairs, in affine coordinates, with one inversion for all pairs.

use alloc::{vec, vec::Vec};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{batch_inversion, AdditiveGroup, BigInt, Field, Zero};
use ark_vesta::{Affine, Fq, Projective};

/// Bits of a window: more need fewer additions to buckets, and more additions of buckets.
const WINDOW: usize = 11;

/// Windows of a scalar of 255 bits, and of the carry out of it.
const WINDOWS: usize = 256usize.div_ceil(WINDOW);

/// Digits lie between minus and plus this.
const HALF: usize = 1 << (WINDOW - 1);

/// The points, times 2^WINDOW to the number of the window.
pub(crate) struct Table(Vec<Vec<Affine>>);

impl Table {
    /// Tables the points: 1.5 KB each.
    pub(crate) fn new(points: &[Affine]) -> Self {
        let mut multiples: Vec<Projective> = points.iter().map(|point| point.into_group()).collect();
        let windows = (0..WINDOWS).map(|_| {
            let window = Projective::normalize_batch(&multiples);
            for multiple in &mut multiples {
                (0..WINDOW).for_each(|_| {
                    multiple.double_in_place();
                });
            }
            window
        });
        Self(windows.collect())
    }

    /// Sum of the points times these scalars; points without a scalar count for nothing.
    pub(crate) fn msm(&self, scalars: &[BigInt<4>]) -> Projective {
        let mut buckets = vec![Vec::new(); HALF];
        for (number, scalar) in scalars.iter().enumerate() {
            for (window, digit) in self.0.iter().zip(digits(scalar)) {
                let bucket = digit.unsigned_abs().checked_sub(1).and_then(|bucket| buckets.get_mut(bucket));
                if let (Some(bucket), Some(point)) = (bucket, window.get(number)) {
                    bucket.push(if digit < 0 { -*point } else { *point });
                }
            }
        }
        while halve(&mut buckets) {}
        // Bucket i counts i + 1 times: it is in this many of the running sums.
        let (mut running, mut total) = (Projective::zero(), Projective::zero());
        for bucket in buckets.iter().rev() {
            if let Some(sum) = bucket.first() {
                running += sum;
            }
            total += running;
        }
        total
    }
}

/// The scalar's digits, lowest first: its windows, with those above half a window made negative by a carry to the next.
fn digits(scalar: &BigInt<4>) -> [isize; WINDOWS] {
    let mut carry = 0;
    core::array::from_fn(|window| {
        let (limb, shift) = (window * WINDOW / 64, window * WINDOW % 64);
        let [low, high] = [limb, limb + 1].map(|limb| u128::from(scalar.0.get(limb).copied().unwrap_or_default()));
        let bits = ((high << 64 | low) >> shift) as usize % (2 * HALF) + carry;
        carry = usize::from(bits > HALF);
        bits as isize - (carry * 2 * HALF) as isize
    })
}

/// Adds the points of every bucket in pairs. Whether there was any pair.
fn halve(buckets: &mut [Vec<Affine>]) -> bool {
    let pairs = buckets.iter().flat_map(|bucket| bucket.as_chunks::<2>().0);
    let mut inverses: Vec<Fq> = pairs.map(run).collect();
    batch_inversion(&mut inverses);
    let any = !inverses.is_empty();
    let mut inverses = inverses.into_iter();
    for bucket in buckets {
        let (pairs, single) = bucket.as_chunks::<2>();
        let sums = pairs.iter().zip(inverses.by_ref()).map(|(pair, inverse)| sum(pair, inverse));
        *bucket = sums.chain(single.iter().copied()).collect();
    }
    any
}

/// What the slope through two points divides by: the difference in x, or for a tangent 2 y. Zero if there is no slope.
fn run([a, b]: &[Affine; 2]) -> Fq {
    if a.x == b.x {
        if a.y == b.y {
            a.y.double()
        } else {
            Fq::zero()
        }
    } else {
        b.x - a.x
    }
}

fn sum([a, b]: &[Affine; 2], inverse: Fq) -> Affine {
    if a.is_zero() {
        return *b;
    }
    if b.is_zero() {
        return *a;
    }
    if inverse.is_zero() {
        return Affine::zero();
    }
    let rise = if a.x == b.x { a.x.square() * Fq::from(3u8) } else { b.y - a.y };
    let slope = rise * inverse;
    let x = slope.square() - a.x - b.x;
    Affine::new_unchecked(x, slope * (a.x - x) - a.y)
}
