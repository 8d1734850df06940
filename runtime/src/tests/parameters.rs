//! Parameters: their defaults, and their bounds.

use super::*;
use codec::{Decode, DecodeAll, Encode};
use configs::{
    consensus::{ChangesPerSession, MinimumBond},
    fees::AuthorShare,
    governance::{EnactmentDelay, DAYS, MINUTES},
    money::ASY,
    parameters::{
        dynamic_params::{fees, governance, validators},
        Bond, Changes, Delay, Multiplier, RuntimeParameters, Share,
    },
};
use frame_support::assert_ok;
use pallet_network::NetworkKind;
use sp_runtime::{FixedU128, Permill};

/// A call that sets each of the parameters to what these bytes encode, as it arrives.
fn set(parameter: RuntimeParameters, value: &[u8]) -> Result<RuntimeCall, codec::Error> {
    let call = RuntimeCall::from(pallet_parameters::Call::<Runtime>::set_parameter { key_value: parameter });
    let mut bytes = call.encode();
    // The option at its end is none.
    assert_eq!(bytes.pop(), Some(0));
    bytes.push(1);
    bytes.extend_from_slice(value);
    RuntimeCall::decode_all(&mut &bytes[..])
}

fn bounded<Number: Encode, Bounded: Decode>(number: Number) -> bool {
    Bounded::decode(&mut &number.encode()[..]).is_ok()
}

#[test]
fn what_is_not_turned_has_its_default() {
    on_local(|| {
        assert_eq!(EnactmentDelay::get(), MINUTES / 2);
        assert_eq!(AuthorShare::get(), Permill::from_percent(20));
        assert_eq!((MinimumBond::get(), ChangesPerSession::get()), (1_000 * ASY, 1));
        pallet_network::Kind::<Runtime>::put(NetworkKind::Live);
        assert_eq!(EnactmentDelay::get(), DAYS);
    });
}

#[test]
fn bounds_are_those_of_the_docs() {
    assert!(!bounded::<_, Delay>(4u32) && bounded::<_, Delay>(5u32));
    assert!(bounded::<_, Delay>(30 * DAYS) && !bounded::<_, Delay>(30 * DAYS + 1));
    assert!(bounded::<_, Share>(Permill::zero()) && bounded::<_, Share>(Permill::from_percent(50)));
    assert!(!bounded::<_, Share>(Permill::from_parts(500_001)));
    let (least, most) = (FixedU128::from_rational(1, 1_000), FixedU128::from_u32(1_000));
    let atom = FixedU128::from_inner(1);
    assert!(bounded::<_, Multiplier>(least) && bounded::<_, Multiplier>(most));
    assert!(!bounded::<_, Multiplier>(least - atom) && !bounded::<_, Multiplier>(most + atom));
    assert!(!bounded::<_, Bond>(ASY - 1) && bounded::<_, Bond>(ASY));
    assert!(bounded::<_, Bond>(10_000_000 * ASY) && !bounded::<_, Bond>(10_000_000 * ASY + 1));
    assert!(!bounded::<_, Changes>(0u32) && bounded::<_, Changes>(1u32));
    assert!(bounded::<_, Changes>(10u32) && !bounded::<_, Changes>(11u32));
}

#[test]
fn attack_a_value_out_of_bounds_cannot_even_be_proposed() {
    let delay = RuntimeParameters::Governance(governance::Parameters::EnactmentDelay(governance::EnactmentDelay, None));
    let share = RuntimeParameters::Fees(fees::Parameters::AuthorShare(fees::AuthorShare, None));
    let floor = RuntimeParameters::Fees(fees::Parameters::LeastMultiplier(fees::LeastMultiplier, None));
    let bond = RuntimeParameters::Validators(validators::Parameters::MinimumBond(validators::MinimumBond, None));
    let changes =
        RuntimeParameters::Validators(validators::Parameters::ChangesPerSession(validators::ChangesPerSession, None));
    for (parameter, good, bad) in [
        (delay, 5u32.encode(), 4u32.encode()),
        (share, Permill::from_percent(50).encode(), Permill::from_percent(51).encode()),
        (floor, FixedU128::from_u32(1_000).encode(), FixedU128::from_u32(0).encode()),
        (bond, ASY.encode(), 0u128.encode()),
        (changes, 10u32.encode(), u32::MAX.encode()),
    ] {
        let call = set(parameter.clone(), &good).expect("a good value decodes");
        assert!(set(parameter, &bad).is_err(), "{call:?}");
        // What is nested does not decode either: a motion, a decision, a batch.
        let nested = RuntimeCall::from(pallet_decisions::Call::<Runtime>::decide { call: Box::new(call) });
        let mut bytes = nested.encode();
        let at = bytes.len() - good.len();
        bytes[at..].copy_from_slice(&bad);
        assert!(RuntimeCall::decode_all(&mut &bytes[..]).is_err());
    }
}

#[test]
fn a_parameter_that_is_turned_back_has_its_default_again() {
    on_local(|| {
        let set = |value| {
            let parameter = validators::Parameters::ChangesPerSession(validators::ChangesPerSession, value);
            assert_ok!(Parameters::set_parameter(enacted(), RuntimeParameters::Validators(parameter)));
        };
        set(Changes::new(3));
        assert_eq!(ChangesPerSession::get(), 3);
        set(None);
        assert_eq!(ChangesPerSession::get(), 1);
    });
}

#[test]
fn to_clients_a_bounded_number_is_the_number() {
    use scale_info::TypeInfo;
    assert_eq!(Delay::type_info(), u32::type_info());
    assert_eq!(Bond::type_info(), u128::type_info());
    assert_eq!(Share::type_info(), Permill::type_info());
}
