/* One line per call: time, client, method, target, status, bytes, milliseconds, request id. */
#ifndef PZ_EMULATOR_ACCESS_LOG_H
#define PZ_EMULATOR_ACCESS_LOG_H

struct pz_call;

/* Where lines go: a file, appended to, or "stderr". -1: errno says why. */
int pz_access_log_open(const char *path);
void pz_access_log_close(int file); /* -1 is fine */

void pz_access_log_write(int file, struct pz_call *call);

#endif
