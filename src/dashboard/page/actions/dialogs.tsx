import { BootDialog } from "./boot-dialog.tsx";
import { closeAction, openedAction } from "./open.ts";
import { PromoteDialog } from "./promote-dialog.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { RollbackDialog } from "./rollback-dialog.tsx";
import { ShootDialog } from "./shoot-dialog.tsx";

/** The dialog of the action that is being prepared. */
export function ActionDialogs() {
  const action = openedAction.value;
  switch (action?.type) {
    case "boot":
      return <BootDialog {...action} close={closeAction} />;
    case "shoot":
      return <ShootDialog {...action} close={closeAction} />;
    case "drain":
    case "pause":
      return <ReasonDialog {...action} close={closeAction} />;
    case "promote":
      return <PromoteDialog close={closeAction} />;
    case "rollback":
      return <RollbackDialog {...action} close={closeAction} />;
    default:
      return null;
  }
}
