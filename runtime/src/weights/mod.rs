//! Weights measured for this runtime, one generated file a pallet. The SDK's pallets bring their own.
