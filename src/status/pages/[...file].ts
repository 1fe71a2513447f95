// The files for machines: feeds, calendars, badges, the API of Statuspage, what web servers are to send.
import type { APIRoute, GetStaticPaths } from 'astro';
import { machineFiles } from '../machine/files.ts';
import { hostingFiles } from '../machine/hosting.ts';
import { readStatus } from '../read.ts';

export const getStaticPaths = (async () => {
  const status = readStatus();
  const hosting = await hostingFiles(status.every_seconds, status.fleet.locales);
  return [...machineFiles(status), ...hosting].map(([file, text]) => ({
    params: { file },
    props: { text },
  }));
}) satisfies GetStaticPaths;

export const GET: APIRoute<{ text: string }> = ({ props }) => new Response(props.text);
