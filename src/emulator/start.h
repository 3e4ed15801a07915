/* Starting and stopping an emulator. */
#ifndef PZ_EMULATOR_START_H
#define PZ_EMULATOR_START_H

#include "emulator/emulator.h"
#include "http/failure.h"

/* NULL: `failure` says why. */
pz_emulator *pz_emulator_start(const pz_emulator_options *options, pz_failure *failure);
/* Answers what it can of what is under way, ends every thread and frees everything. */
void pz_emulator_stop(pz_emulator *emulator);

#endif
