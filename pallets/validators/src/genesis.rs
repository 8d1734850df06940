//! The first validators.
//!
//! A genesis is built pallet by pallet, in the order of their indices, and this one needs two others: the session
//! pallet, which asks for the validators before anybody could have told them, and so is answered with those who have
//! session keys; and the balances that bonds are held of. So it is a pallet of its own, which is nothing but a genesis,
//! and whose index comes after both of theirs. It checks that the session pallet has the same validators.

pub use pallet::*;

/// The pallet's declarations.
#[frame_support::pallet]
pub mod pallet {
    use alloc::{collections::BTreeMap, vec::Vec};
    use assay_primitives::{AccountId32, Balance};
    use frame_support::pallet_prelude::*;

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// It needs what the pallet of validators needs.
    #[pallet::config]
    pub trait Config: frame_system::Config + crate::Config {}

    /// The first validators.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Each with its bond, which is held of what it is endowed with. They are those whom the session pallet's
        /// genesis gives keys to.
        pub validators: Vec<(AccountId32, Balance)>,
        /// Names the runtime.
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let bonds: BTreeMap<_, _> = self.validators.iter().cloned().collect();
            assert!(bonds.len() == self.validators.len(), "this genesis is refused: a validator is named twice");
            let serving = pallet_session::Validators::<T>::get();
            let agree = bonds.len() == serving.len() && serving.iter().all(|who| bonds.contains_key(who));
            assert!(agree, "this genesis is refused: the validators are not those with session keys");
            for who in serving {
                let bond = bonds.get(&who).copied().unwrap_or_default();
                assert!(bond > 0, "this genesis is refused: a validator has no bond");
                refer::<T>(&who);
                if let Err(why) = crate::Pallet::<T>::adopt(&who, bond) {
                    panic!("this genesis is refused: a validator cannot be taken: {why:?}");
                }
            }
        }
    }

    /// Keys refer to their account, until they are purged. The session pallet's genesis found accounts without a balance,
    /// which nothing can refer to, and made them instead: here that becomes the reference that it should have been.
    fn refer<T: Config>(who: &AccountId32) {
        type System<T> = frame_system::Pallet<T>;
        let made = System::<T>::consumers(who) == 0 && System::<T>::providers(who) > 1;
        if made && System::<T>::inc_consumers_without_limit(who).is_ok() {
            let taken_back = System::<T>::dec_providers(who).is_ok();
            debug_assert!(taken_back, "there is another provider");
        }
    }
}
