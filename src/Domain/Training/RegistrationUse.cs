namespace FewShotAD.Domain.Training;

/// <summary>The registration model whose network a run takes as it is.</summary>
/// <param name="Id">Of the team's registration model, which may be gone by now.</param>
/// <param name="Content">SHA-256 of its file: what the network is, beyond any name.</param>
public sealed record RegistrationUse(Guid Id, string Name, int Version, string Content);
