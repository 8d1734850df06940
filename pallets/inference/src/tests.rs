mod equivocation;
mod providers;
mod rules;
mod services;
mod settle;
