/** The other thread of clock.test.ts: makes the clock it is told to and says what it shows. */
import { type Calibration, createClock } from "../../ffi/clock.ts";

declare const self: {
  onmessage:
    | ((event: { data: { epoch: number; calibration: Calibration | undefined } }) => void)
    | null;
  postMessage(message: { name: string; time: number }): void;
};

self.onmessage = ({ data }) => {
  const { name, now } = createClock("auto", data.epoch, data.calibration);
  self.postMessage({ name, time: now() });
};
