using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class RegistrationModelConfiguration : IEntityTypeConfiguration<RegistrationModel>
{
    public void Configure(EntityTypeBuilder<RegistrationModel> builder)
    {
        builder.ToTable("Registrations");
        builder.HasKey(registration => new { registration.TenantId, registration.Id });
        builder.Property(registration => registration.Name).HasMaxLength(RegistrationModel.NameMaxLength);
        builder.Property(registration => registration.Recipe).HasJsonColumn();
        builder.Property(registration => registration.Parts).HasJsonColumn();
        builder.Property(registration => registration.Origin).HasJsonColumn();
        builder.Property(registration => registration.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(registration => new { registration.TenantId, registration.Name, registration.Version }).IsUnique();
        builder.HasIndex(registration => new { registration.TenantId, registration.CreatedAt });
        // Nobody deletes the run or its project while there is a registration model: the use cases refuse. A team that goes takes all with it.
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(registration => new { registration.TenantId, registration.RunId }).OnDelete(DeleteBehavior.Cascade);
    }
}
