/* The steps of a call from a request that is there as a whole to its answer, with waits in between:
 * whoever resumes a call that waits has it come here again. */
#include <string.h>

#include "emulator/call.h"

static void go_on(pz_timer *delay)
{
    pz_call_resume(delay->context);
}

static void begin_delay(void *context)
{
    pz_call *call = context;
    call->delay = (pz_timer){.done = go_on, .context = call};
    if (!pz_timers_set(call->emulator->timers, &call->delay, call->fault->order.delay))
        pz_call_resume(call);
}

/* Nobody else waits meanwhile. When the emulator stops it is over at once. */
static void wait_for_fault(pz_call *call)
{
    pz_call_wait(call, &(pz_wait){.begin = begin_delay, .context = call});
}

static void arrive(pz_call *call)
{
    pz_watchdog_expect(call->emulator->watchdog, call->watched, 0);
    call->is_control = strncmp(call->path, "/_emulator/", 11) == 0;
    if (!call->is_control)
        call->fault = pz_faults_pick(call->emulator->faults, call->method, call->path);
}

static int is_delayed(const pz_call *call, int after)
{
    return call->fault != NULL && call->fault->order.delay > 0 &&
           (call->fault->order.after == 1) == after;
}

int pz_proceed(pz_call *call)
{
    if (call->wait.begin != NULL) {
        pz_call_suspend(call);
        return 1;
    }
    for (call->waits = 0; !call->waits;) {
        switch (call->step++) {
        case PZ_STEP_ARRIVED:
            arrive(call);
            if (is_delayed(call, 0))
                wait_for_fault(call);
            break;
        case PZ_STEP_CARRY_OUT:
            pz_route(call);
            break;
        case PZ_STEP_CARRIED_OUT:
            if (is_delayed(call, 1))
                wait_for_fault(call);
            break;
        case PZ_STEP_RESPOND:
        default:
            return pz_respond(call);
        }
    }
    return 1;
}
