mod authorizations;
mod conservation;
mod holds;
mod mapping;
mod payouts;
