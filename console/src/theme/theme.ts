import { createTheme, Modal, Tabs, Tooltip } from '@mantine/core';

// Colours and sizes are in tokens.css. lockScroll would write a style element, which the security policy refuses.
export const theme = createTheme({
  primaryColor: 'blue',
  cursorType: 'pointer',
  components: {
    Modal: Modal.extend({
      defaultProps: {
        lockScroll: false,
        transitionProps: { duration: 0 },
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 300,
        withArrow: true,
        transitionProps: { duration: 0 },
        events: { hover: true, focus: true, touch: true },
      },
    }),
  },
});
