using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Registrations;

public sealed record RegistrationNotFound()
    : Error(ErrorKind.NotFound, "registration.missing", "This registration model does not exist, or it belongs to another team.");

public sealed record InvalidRegistrationName()
    : Error(ErrorKind.Invalid, "registration.name", $"A registration model needs a name of 1 to {RegistrationModel.NameMaxLength} characters.");

public sealed record RegistrationMethodWrong()
    : Error(ErrorKind.Invalid, "registration.method", "A registration model is trained with RegAD or UniAD: PatchCore trains nothing that another part could use.");

public sealed record RegistrationUntrained()
    : Error(ErrorKind.Invalid, "registration.epochs", "A registration model is trained: choose at least one epoch.");

public sealed record RegistrationProjectCount(int Chosen)
    : Error(ErrorKind.Invalid, "registration.projects",
        $"A registration model learns from {RegistrationModel.MinProjects} to {RegistrationModel.MaxProjects} different projects; {Chosen} were chosen.");

public sealed record RegistrationProjectMissing()
    : Error(ErrorKind.NotFound, "registration.project", "One of the chosen projects does not exist, is archived, or belongs to another team. Choose again.");

public sealed record RegistrationShotsMissing(string Project, int Have, int Want)
    : Error(ErrorKind.Conflict, "registration.shots",
        $"“{Project}” has {Have} normal shots and the recipe asks for {Want} of every project. Upload more there, choose fewer shots, or leave it out.");

public sealed record RegistrationNotReady(string Name, int Version)
    : Error(ErrorKind.Conflict, "registration.untrained", $"“{Name}” v{Version} is not trained yet. Wait until its training has ended.");

public sealed record RegistrationUnderWay(string Name, int Version)
    : Error(ErrorKind.Conflict, "registration.busy", $"“{Name}” v{Version} is being trained or waits for it. Cancel it first, then delete it.");

public sealed record RegistrationInUse(string Name, int Version, string By)
    : Error(ErrorKind.Conflict, "registration.used", $"“{Name}” v{Version} is used by {By}. Delete that first, then the registration model.");

public sealed record RegistrationNotHere(int Model, string Name, int Version)
    : Error(ErrorKind.Conflict, "reproduce.registration",
        $"Version {Model} was made with the registration model “{Name}” v{Version}, which this team does not have. It can be made again where that is.");

public sealed record RegistrationIsOver(string Name, int Version)
    : Error(ErrorKind.Conflict, "registration.over", $"The training of “{Name}” v{Version} has ended already; there is nothing to cancel.");

public sealed record RegistrationRecipeFixed()
    : Error(ErrorKind.Invalid, "registration.recipe",
        "With a registration model the recipe is the one it was trained by: send “registration” with shots, seed, priority and again only.");

public sealed record RegistrationOnSchedule()
    : Error(ErrorKind.Invalid, "registration.schedule", "A schedule trains, and a registration model is used without training. Leave “registration” out of its recipe.");

public sealed record RunOfRegistration(string Name, int Version)
    : Error(ErrorKind.Conflict, "run.registration", $"The run trained the registration model “{Name}” v{Version}. Delete that, and the run goes with it.");

public sealed record ProjectHoldsRegistration(string Name, int Version)
    : Error(ErrorKind.Conflict, "project.registration",
        $"The registration model “{Name}” v{Version} carries shots of this project in its file. Delete that model first, then the project.");

public sealed record RegistrationGone(string Name, int Version)
    : Error(ErrorKind.Conflict, "registration.gone", $"The registration model “{Name}” v{Version} was deleted or trained anew since this run was queued. Start a new run.");
